import { randomUUID } from "node:crypto";
import { describe, expect, onTestFinished, test } from "vitest";
import { RegistryService } from "../../../proto/gen/ecert/catalog/v1/registry_service_pb.ts";
import { AppService } from "../../../proto/gen/ecert/identity/v1/app_service_pb.ts";
import { TokenService } from "../../../proto/gen/ecert/identity/v1/token_service_pb.ts";
import { openCore } from "../../../test/fixtures/core.ts";
import type { NodeConfig } from "../../host/config.ts";
import type { NodeRole } from "../../host/roles.ts";

const DEPARTMENT = "114401000000990003";
const request = () => ({ requestId: randomUUID() });
const peer = (node: string, role: NodeRole) => ({ node, role, name: node, publicKeyFile: "", services: {} });

async function start(role: NodeRole, peers: NodeConfig["peers"] = []) {
  const core = await openCore({ role, code: role === "province" ? "440000" : "440100", peers });
  onTestFinished(() => core.close());
  const { setNow, events, apply } = core;
  const departments = core.client(RegistryService);
  return { setNow, events, apply, departments, apps: core.client(AppService), tokens: core.client(TokenService) };
}

describe("apps (6.2.4)", () => {
  const department = { code: DEPARTMENT, name: "广州市市场监督管理局", division: "440100" };
  const app = { key: "440100-scjg", name: "审批系统", departmentCode: DEPARTMENT, scopes: ["issue.make"] };

  test("5.9.3 a secret is shown once, gives a token, and a wrong one is refused like an unknown app", async () => {
    const { apps, departments, tokens } = await start("city");
    await departments.putDepartment({ department });
    const { secret } = await apps.putApp({ ...request(), app });
    expect(secret).toMatch(/^[\w-]{43}$/);
    expect((await apps.putApp({ ...request(), app })).secret).toBe("");
    const token = await tokens.issueAccessToken({ appKey: app.key, appSecret: secret });
    expect(token).toMatchObject({ accessToken: "token-of-440100-scjg", expiresInSeconds: 900 });
    for (const attempt of [
      { appKey: app.key, appSecret: "wrong" },
      { appKey: "440100-nobody", appSecret: secret },
    ]) {
      await expect(tokens.issueAccessToken(attempt)).rejects.toMatchObject({
        reason: "CREDENTIAL_REFUSED",
        fields: [],
      });
    }
    // The right app at the wrong city, or a slip in its name.
    await expect(tokens.issueAccessToken({ appKey: "440300-scjg", appSecret: secret })).rejects.toMatchObject({
      reason: "CREDENTIAL_REFUSED",
      fields: [{ field: "app_key", remedy: "call node 440300, or check the secret" }],
      metadata: { app_node: "440300", node: "440100" },
    });
  });

  test("5.9.3 a rotated secret stops the old one at once", async () => {
    const { apps, departments, tokens } = await start("city");
    await departments.putDepartment({ department });
    const { secret: old } = await apps.putApp({ ...request(), app });
    const { secret: fresh } = await apps.putApp({ ...request(), app, rotateSecret: true });
    await expect(tokens.issueAccessToken({ appKey: app.key, appSecret: old })).rejects.toThrow();
    expect(await tokens.issueAccessToken({ appKey: app.key, appSecret: fresh })).toBeDefined();
  });

  test("5.9.3 a disabled app gets no token, whatever its secret, until it is enabled again", async () => {
    const { apps, departments, tokens } = await start("city");
    await departments.putDepartment({ department });
    const { secret } = await apps.putApp({ ...request(), app });
    const right = { appKey: app.key, appSecret: secret };
    await apps.putApp({ ...request(), app: { ...app, disabled: true } });
    await expect(tokens.issueAccessToken(right)).rejects.toMatchObject({ reason: "CREDENTIAL_REFUSED" });
    await apps.putApp({ ...request(), app });
    expect(await tokens.issueAccessToken(right)).toBeDefined();
  });

  test("5.9.3 apps that were disabled or whose tokens were revoked are listed for as long as a token may live", async () => {
    const { apps, departments, setNow, tokens } = await start("city");
    await departments.putDepartment({ department });
    const other = { ...app, key: "440100-other" };
    for (const one of [app, other]) await apps.putApp({ ...request(), app: one });
    expect((await tokens.listRefusedApps({})).apps).toEqual([]);
    await apps.putApp({ ...request(), app: { ...other, disabled: true } });
    const { tokensNotBefore } = await apps.revokeTokens({ appKey: app.key, cause: "丢失" });
    // 5 seconds ahead: what the clocks of the node's processes may differ.
    expect(tokensNotBefore).toBe("2026-11-24T02:00:05.000Z");
    const refused = [other.key, app.key].map((appKey) => expect.objectContaining({ appKey, tokensNotBefore }));
    const { apps: listed, mark } = await tokens.listRefusedApps({});
    expect(listed).toEqual(refused);
    expect(await tokens.listRefusedApps({ knownMark: mark })).toMatchObject({ mark, apps: refused });
    setNow("2026-11-24T02:15:16Z");
    expect((await tokens.listRefusedApps({})).apps).toEqual([]);
    await expect(apps.revokeTokens({ appKey: "440100-nobody", cause: "x" })).rejects.toMatchObject({
      reason: "APP_UNKNOWN",
    });
  });

  test("5.9.3 the list of refused apps is paged, and a waiting question is answered when something changes", async () => {
    const { apps, departments, tokens } = await start("city");
    await departments.putDepartment({ department });
    const keys = ["440100-a-1", "440100-b-2", "440100-c-3"];
    for (const key of keys) await apps.putApp({ ...request(), app: { ...app, key, disabled: true } });
    const first = await tokens.listRefusedApps({ pageSize: 2 });
    const second = await tokens.listRefusedApps({ pageSize: 2, pageToken: first.nextPageToken });
    expect([...first.apps, ...second.apps].map(({ appKey }) => appKey)).toEqual(keys);
    expect(second).toMatchObject({ mark: first.mark, nextPageToken: "" });
    const waiting = tokens.listRefusedApps({ knownMark: first.mark, waitMs: 10_000 });
    await apps.putApp({ ...request(), app: { ...app, key: "440100-d-4", disabled: true } });
    expect((await waiting).apps).toHaveLength(4);
  });

  test("4.5.1 an app travels to the province with its hashed secret, so that the stand-by can serve it", async () => {
    const city = await start("city", [peer("440000", "province")]);
    const province = await start("province", [peer("440100", "city")]);
    await city.departments.putDepartment({ department });
    const { secret } = await city.apps.putApp({ ...request(), app });
    const events = await city.events();
    expect(events).toHaveLength(2);
    for (const event of events) expect(new TextDecoder().decode(event.payload)).not.toContain(secret);
    await province.apply("440100", events);
    expect(await province.tokens.issueAccessToken({ appKey: app.key, appSecret: secret })).toBeDefined();
  });

  test("4.5.1 an app that its city disables is refused at the province from the record's arrival on", async () => {
    const city = await start("city", [peer("440000", "province")]);
    const province = await start("province", [peer("440100", "city")]);
    await city.departments.putDepartment({ department });
    const { secret } = await city.apps.putApp({ ...request(), app });
    await city.apps.putApp({ ...request(), app: { ...app, disabled: true } });
    // The link was away for an hour: tokens that the province gave meanwhile end now, not an hour ago.
    province.setNow("2026-11-24T03:00:00Z");
    const events = await city.events();
    await province.apply("440100", events);
    const right = { appKey: app.key, appSecret: secret };
    await expect(province.tokens.issueAccessToken(right)).rejects.toMatchObject({ reason: "CREDENTIAL_REFUSED" });
    expect((await province.tokens.listRefusedApps({})).apps).toMatchObject([
      { appKey: app.key, tokensNotBefore: "2026-11-24T03:00:05.000Z" },
    ]);
  });

  test("5.9.3 an AppKey outside the node's own range is refused, since keys are unique in the province", async () => {
    const { apps, departments } = await start("city");
    await departments.putDepartment({ department });
    const refused = apps.putApp({ ...request(), app: { ...app, key: "440300-scjg" } });
    await expect(refused).rejects.toMatchObject({ reason: "INVALID_FIELD", fields: [{ field: "app.key" }] });
  });
});
