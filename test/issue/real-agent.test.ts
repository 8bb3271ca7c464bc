import { generateKeyPairSync } from "node:crypto";
import { afterAll, beforeAll, describe } from "vitest";
import { openHouse } from "./house.ts";
import { type AgentHost, createAgentHost } from "./real-agent.ts";
import { issueScenarios } from "./scenarios.ts";

describe("with the real agent over SoftHSM2", () => {
  const { privateKey, publicKey } = generateKeyPairSync("ed25519");
  const originKeyPem = privateKey.export({ type: "pkcs8", format: "pem" }).toString();
  let host: AgentHost;

  beforeAll(async () => {
    host = await createAgentHost(publicKey.export({ type: "spki", format: "pem" }).toString());
  });
  afterAll(() => host.close());

  issueScenarios(() => openHouse({ host, originKeyPem }));
});
