import { generateKeyPairSync } from "node:crypto";
import { create } from "@bufbuild/protobuf";
import { expect, test } from "vitest";
import { HelloSchema } from "../../../proto/gen/ecert/agent/v1/agent_service_pb.ts";
import { toldRules } from "./told-rules.ts";

const { publicKey } = generateKeyPairSync("ed25519");
const publicKeyPem = publicKey.export({ type: "spki", format: "pem" }).toString();
const hello = (keys: { keyId: string; publicKeyPem: string; apps?: string[] }[]) =>
  create(HelloSchema, { originRules: { keys, maxAgeSeconds: 3_600n, maxSkewSeconds: 30n } });

test("an agent's hello tells its origin keys with their apps, and the window", () => {
  const keys = [
    { keyId: "a", publicKeyPem, apps: ["x"] },
    { keyId: "b", publicKeyPem },
  ];
  const rules = toldRules(hello(keys));
  expect(rules).toMatchObject({ maxAgeSeconds: 3_600, maxSkewSeconds: 30 });
  expect([rules?.keys.find("a")?.apps, rules?.keys.find("b")?.apps]).toEqual([["x"], undefined]);
});

test("an agent of before, kinds of keys that are not known here, and more than 1,000 keys leave the judgement to the agent", () => {
  expect(toldRules(create(HelloSchema, {}))).toBeUndefined();
  expect(toldRules(hello([{ keyId: "a", publicKeyPem: "-----BEGIN SM2-----" }]))).toBeUndefined();
  const many = Array.from({ length: 1_001 }, (_, index) => ({ keyId: `k${index}`, publicKeyPem }));
  expect(toldRules(hello(many))).toBeUndefined();
  expect(toldRules(hello(many.slice(1)))).toBeDefined();
});
