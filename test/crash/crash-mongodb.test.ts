import { describe, test } from "vitest";
import { mongoForTests } from "../fixtures/mongo.ts";
import { describeCrash } from "./crash.ts";
import type { TargetName } from "./rows.ts";
import { blowsOf } from "./run.ts";

const mongo = await mongoForTests();
// What writes to it: agents and brokers never see which store a core has, and are killed on SQLite, and by chaos on both.
const only: TargetName[] = ["core", "province"];
const kills = Number(process.env.CRASH_KILLS_MONGODB ?? blowsOf({ only }).length);
const seed = Number(process.env.CRASH_SEED ?? 20_261_126);
// A name of its own per run: a server that is kept must not bring back what another run has left.
const prefix = `crash_${Date.now().toString(36)}`;
if ("uri" in mongo) describeCrash({ engine: "mongodb", uri: mongo.uri, prefix }, { kills, seed, only });
else describe("the crash table on mongodb", () => test.skip(mongo.missing, () => {}));
