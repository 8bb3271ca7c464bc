import { cpSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { MongoClient } from "mongodb";
import { LINGHAI, PROVINCE } from "../../ops/trial/plan.ts";
import { AGENT } from "../crash/targets.ts";
import type { Scene } from "./scene.ts";
import type { Copied } from "./schedule.ts";

/** Copies of what can be put back, all taken while nothing of it ran. */
export interface Copies {
  /** Takes all of them anew; programs are stopped for it, one after the other. */
  take(): Promise<void>;
  /** Puts one back in place of what is there, while its program is stopped by the caller. */
  putBack(what: Copied): Promise<void>;
}

/** Creates the copies of a scene, kept beside it. */
export function createCopies(scene: Scene, directory: string): Copies {
  const { trial, cores, province, agent } = scene;
  const home = (node: string) => join(trial.directory, node, "data");
  const kept = (name: string) => join(directory, name);
  const journal = trial.agents.get(AGENT)?.files.journalDirectory ?? "";

  return {
    async take() {
      for (const [node, running] of [
        [LINGHAI.code, cores],
        [PROVINCE.code, [province]],
      ] as const) {
        await Promise.all(running.map((one) => one.stop()));
        replaceTree(home(node), kept(node));
        await copyDatabases(scene, node, "take");
        await Promise.all(running.map((one) => one.restart()));
      }
      await agent.stop();
      replaceTree(journal, kept("journal"));
      await agent.restart();
    },
    async putBack(what) {
      if (what === "agent") return replaceTree(kept("journal"), journal);
      const node = what === "province" ? PROVINCE.code : LINGHAI.code;
      if (what !== "city's store") replaceTree(kept(node), home(node));
      await copyDatabases(scene, node, "put back");
    },
  };
}

/** The content of one folder in place of that of another, which may be a mount. */
function replaceTree(from: string, to: string): void {
  for (const name of readable(to)) rmSync(join(to, name), { recursive: true, force: true });
  cpSync(from, to, { recursive: true, preserveTimestamps: true });
}

function readable(directory: string): string[] {
  try {
    return readdirSync(directory);
  } catch {
    return [];
  }
}

/** Databases of a node's services, where the store is MongoDB: copied on the server, indexes stay as they are. */
async function copyDatabases({ store }: Scene, node: string, way: "take" | "put back"): Promise<void> {
  if (store.engine !== "mongodb") return;
  await using client = new MongoClient(store.uri);
  const { databases } = await client.db("admin").admin().listDatabases({ nameOnly: true });
  const live = databases.map(({ name }) => name).filter((name) => name.startsWith(`${store.prefix}_${node}_`));
  for (const name of live) {
    const [from, to] = way === "take" ? [name, `copy_${name}`] : [`copy_${name}`, name];
    const collections = async (database: string) =>
      (await client.db(database).listCollections({}, { nameOnly: true }).toArray()).map((one) => one.name);
    const copied = await collections(from);
    for (const collection of await collections(to))
      if (!copied.includes(collection)) await client.db(to).collection(collection).deleteMany({});
    for (const coll of copied)
      await client
        .db(from)
        .collection(coll)
        .aggregate([{ $out: { db: to, coll } }])
        .toArray();
  }
}
