import { assertDeclared } from "../declaration.ts";
import type { CollectionSpec, Store, Stored } from "../port.ts";
import { mongoBlobs } from "./blobs.ts";
import { mongoCollection } from "./collection.ts";
import { connect, type MongoOptions } from "./connection.ts";
import { asking } from "./failure.ts";
import { ensureIndexes } from "./indexes.ts";

/**
 * Opens the store in a MongoDB replica set (5 or later). Every write is journaled by a majority before it resolves; reads see what a
 * majority has. Refuses `STORE_AWAY` within a few seconds where no primary is found.
 */
export async function openMongoStore(options: MongoOptions): Promise<Store> {
  const { database, close } = await connect(options);
  return {
    engine: "mongodb",
    blobs: mongoBlobs(database),

    async collection<T extends Stored>(spec: CollectionSpec) {
      assertDeclared(spec);
      const collection = database.collection<Stored>(spec.name);
      await ensureIndexes(collection, spec);
      return mongoCollection<T>(collection, spec);
    },

    async check() {
      const checks = database.collection<{ _id: string; stamp: number }>("store.checks");
      await asking(() => checks.updateOne({ _id: "check" }, { $inc: { stamp: 1 } }, { upsert: true }));
      await asking(() => checks.findOne({ _id: "check" }));
    },

    stamp: () => undefined,

    async size() {
      const { dataSize, indexSize } = await asking(() => database.stats());
      return Number(dataSize) + Number(indexSize);
    },

    close,
  };
}
