import { generateKeyPairSync, randomUUID } from "node:crypto";
import { afterAll, beforeAll, expect, test } from "vitest";
import { RegistryService } from "../../../proto/gen/ecert/catalog/v1/registry_service_pb.ts";
import { AppService } from "../../../proto/gen/ecert/identity/v1/app_service_pb.ts";
import { TokenService } from "../../../proto/gen/ecert/identity/v1/token_service_pb.ts";
import { openCore, type TestCore } from "../../../test/fixtures/core.ts";
import { MOST_TOKENS } from "./refused-tokens.ts";

const APP = "440100-scjg";
const ENDS = "2026-11-24T02:10:00Z";
let environment: TestCore;
const tokens = () => environment.client(TokenService);
const apps = () => environment.client(AppService);
const refused = async () => (await tokens().listRefusedApps({})).apps.map(({ appKey, tokenIds }) => [appKey, tokenIds]);

beforeAll(async () => {
  environment = await openCore({ now: "2026-11-24T02:00:00Z" });
  await environment
    .client(RegistryService)
    .putDepartment({ department: { code: "114401000000990003", name: "某局", division: "440100" } });
});
afterAll(() => environment.close());

const app = { key: APP, name: "某系统", departmentCode: "114401000000990003", scopes: ["usage.use"] };

test("RFC 7009: a revoked token is listed until it has ended, once, and stands in the evidence", async () => {
  const before = (await tokens().listRefusedApps({})).mark;
  for (let again = 0; again < 2; again++)
    await tokens().revokeAppToken({ appKey: APP, tokenId: "one", tokenEnds: ENDS });
  expect(await refused()).toEqual([[APP, ["one"]]]);
  expect((await tokens().listRefusedApps({})).mark).not.toBe(before);
  expect(environment.identity.test.evidence.filter(({ kind }) => kind === "token-revoked")).toEqual([
    { kind: "token-revoked", body: { app: APP, token: "one" } },
  ]);
  environment.setNow("2026-11-24T02:11:00Z");
  expect(await refused()).toEqual([]);
  environment.setNow("2026-11-24T02:00:00Z");
});

test("it is no token that ends later than any can, or never", async () => {
  for (const tokenEnds of ["2026-11-24T02:30:00Z", "later"]) {
    await expect(tokens().revokeAppToken({ appKey: APP, tokenId: "far", tokenEnds })).rejects.toMatchObject({
      reason: "INVALID_FIELD",
      fields: [{ field: "token_ends" }],
    });
  }
});

test(`an app has ${MOST_TOKENS} revoked tokens at a time, and is told when the next may come`, async () => {
  const appKey = "440100-many";
  for (let id = 0; id < MOST_TOKENS; id++) await tokens().revokeAppToken({ appKey, tokenId: `${id}`, tokenEnds: ENDS });
  const next = { appKey, tokenId: "next", tokenEnds: ENDS };
  await expect(tokens().revokeAppToken(next)).rejects.toMatchObject({ reason: "RATE_EXCEEDED", retryAfterMs: 605_000 });
  environment.setNow("2026-11-24T02:11:00Z");
  await tokens().revokeAppToken({ ...next, tokenEnds: "2026-11-24T02:20:00Z" });
  expect(await refused()).toEqual([[appKey, ["next"]]]);
  environment.setNow("2026-11-24T02:00:00Z");
});

test("an account tells what a token would hold, by what the app proves itself, and why it gets none", async () => {
  const unknown = await tokens().getAppAccount({ appKey: "440100-nobody" });
  expect(unknown).toMatchObject({ refusal: "", scopes: [] });
  expect(unknown.proof).toBeUndefined();
  await apps().putApp({ requestId: randomUUID(), app });
  expect(await tokens().getAppAccount({ appKey: APP })).toMatchObject({
    ...{ refusal: "", departmentCode: app.departmentCode, scopes: ["usage.use"], callsPerMinute: 6_000 },
    issuedAt: "2026-11-24T02:00:00.000Z",
  });
  await apps().putApp({ requestId: randomUUID(), app: { ...app, disabled: true } });
  // Of a revocation tokens are that are given after it: the clocks' difference ahead.
  expect(await tokens().getAppAccount({ appKey: APP })).toMatchObject({
    refusal: expect.stringContaining("disabled"),
    issuedAt: (await tokens().listRefusedApps({})).apps.find(({ appKey }) => appKey === APP)?.tokensNotBefore,
  });
});

test("the secret of an app that proves itself by key gets nothing, over RPC and for the token endpoint", async () => {
  const { secret } = await apps().putApp({ requestId: randomUUID(), app: { ...app, key: "440100-key" } });
  const right = { appKey: "440100-key", appSecret: secret };
  expect(await tokens().proveApp({ ...right, address: "192.0.2.1" })).toBeDefined();
  const wrong = tokens().proveApp({ ...right, appSecret: "wrong", address: "192.0.2.1" });
  await expect(wrong).rejects.toMatchObject({ reason: "CREDENTIAL_REFUSED" });
  const keys = [generateKeyPairSync("ed25519").publicKey.export({ format: "jwk" })];
  await apps().putApp({
    requestId: randomUUID(),
    app: { ...app, key: "440100-key", proof: { publicKeysJson: JSON.stringify({ keys }) } },
  });
  expect((await tokens().getAppAccount({ appKey: "440100-key" })).proof?.publicKeysJson).toContain("Ed25519");
  for (const attempt of [tokens().issueAccessToken(right), tokens().proveApp({ ...right, address: "192.0.2.1" })]) {
    await expect(attempt).rejects.toMatchObject({
      reason: "CREDENTIAL_REFUSED",
      message: expect.stringContaining("by key or certificate"),
    });
  }
});
