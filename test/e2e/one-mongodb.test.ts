import { describe, test } from "vitest";
import { mongoForTests } from "../fixtures/mongo.ts";
import { describeRoad } from "./road.ts";

const mongo = await mongoForTests();
if ("uri" in mongo) describeRoad("one", { engine: "mongodb", uri: mongo.uri, prefix: "road_one" });
else describe("the road of a certificate on MongoDB", () => test.skip(mongo.missing, () => {}));
