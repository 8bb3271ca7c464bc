import { randomUUID } from "node:crypto";
import { MongoClient } from "mongodb";
import { afterAll, describe, expect, test } from "vitest";
import type { Refusal } from "../../services/domain/refusal.ts";
import { openStore } from "../../services/store/open.ts";
import { mongoForTests } from "../fixtures/mongo.ts";
import { storeContract } from "./contract.ts";

const mongo = await mongoForTests();
const database = `test-${randomUUID()}`;

describe.skipIf("missing" in mongo)("MongoDB", () => {
  const { uri } = mongo as { uri: string };

  afterAll(async () => {
    const client = new MongoClient(uri);
    await client.db(database).dropDatabase();
    await client.close();
  });

  storeContract("mongodb", () => openStore({ engine: "mongodb", uri, database }));

  test("damaged bytes are an internal error, not an answer", async () => {
    const store = await openStore({ engine: "mongodb", uri, database });
    const digest = await store.blobs.put(Buffer.from("licence"));
    const client = new MongoClient(uri);
    const parts = client.db(database).collection<{ _id: string }>("store.blobs");
    await parts.updateOne({ _id: digest }, { $set: { data: Buffer.from("licences") } });
    await client.close();
    const error = await store.blobs.get(digest).catch((thrown: unknown) => thrown);
    expect((error as Refusal).reason).toBe("INTERNAL");
    await store.close();
  });
});

test("an absent database is a typed refusal with retry advice", async () => {
  const absent = openStore({ engine: "mongodb", uri: "mongodb://127.0.0.1:1/?replicaSet=none", database });
  const error = (await absent.catch((thrown: unknown) => thrown)) as Refusal;
  expect(error.reason).toBe("STORE_AWAY");
  expect(error.retryAfterMs).toBeGreaterThan(0);
});
