import { randomBytes } from "node:crypto";
import { MongoClient } from "mongodb";
import { afterAll, describe } from "vitest";
import { openStore } from "../../services/store/open.ts";
import { mongoForTests } from "../fixtures/mongo.ts";
import { openHouse } from "./house.ts";
import { issueScenarios } from "./scenarios.ts";

const mongo = await mongoForTests();
const uri = "uri" in mongo ? mongo.uri : "";

describe.skipIf(uri === "")("on MongoDB", () => {
  const databases: string[] = [];

  issueScenarios(async () => {
    const database = `issue_${randomBytes(6).toString("hex")}`;
    databases.push(database);
    return openHouse({ store: await openStore({ engine: "mongodb", uri, database }) });
  });

  afterAll(async () => {
    await using client = await new MongoClient(uri).connect();
    for (const database of databases) await client.db(database).dropDatabase();
  });
});
