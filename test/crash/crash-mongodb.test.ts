import { describe, test } from "vitest";
import { mongoForTests } from "../fixtures/mongo.ts";
import { describeCrash } from "./crash.ts";
import { BLOWS } from "./rows.ts";

const mongo = await mongoForTests();
const kills = Number(process.env.CRASH_KILLS_MONGODB ?? BLOWS.length);
const seed = Number(process.env.CRASH_SEED ?? 20_261_126);
// A name of its own per run: a server that is kept must not bring back what another run has left.
const prefix = `crash_${Date.now().toString(36)}`;
if ("uri" in mongo) describeCrash({ engine: "mongodb", uri: mongo.uri, prefix }, kills, seed);
else describe("the crash table on mongodb", () => test.skip(mongo.missing, () => {}));
