import { randomUUID } from "node:crypto";
import { create } from "@bufbuild/protobuf";
import { describe, expect, test } from "vitest";
import { PutAppRequestSchema } from "../../../proto/gen/ecert/identity/v1/app_service_pb.ts";
import { TokenService } from "../../../proto/gen/ecert/identity/v1/token_service_pb.ts";
import { directClient } from "../../../test/fixtures/runtime.ts";
import {
  APP,
  app,
  DEPARTMENT,
  DEPARTMENT_RECORD,
  digestOf,
  legacy,
  startNode,
  withApp,
} from "../../../test/identity/app-scene.ts";
import { checkFieldRules } from "../../call/request/field-rules.ts";
import { consoleApp } from "../../domain/console-app.ts";

const REFUSED = "CREDENTIAL_REFUSED: AppKey or secret is wrong; ask the node's operator to rotate the secret";

describe("5.9.3 an app has two secrets while one is being replaced", () => {
  test("the old one is good for the hours that were asked for, and no longer", async () => {
    const { secret: old, rotate, token, opened } = await withApp();
    const fresh = await rotate({ keepOldSecretHours: 24 });
    expect([await token(old), await token(fresh)]).toEqual(["OK", "OK"]);
    opened.setNow("2026-11-25T01:59:59Z");
    expect(await token(old)).toBe("OK");
    opened.setNow("2026-11-25T02:00:00Z");
    expect([await token(old), await token(fresh)]).toEqual([REFUSED, "OK"]);
  });

  test("without hours it stops at once, and of a third the first does, whatever hours it had", async () => {
    const { secret: first, rotate, token } = await withApp();
    const second = await rotate({ keepOldSecretHours: 720 });
    const third = await rotate({ keepOldSecretHours: 1 });
    expect([await token(first), await token(second), await token(third)]).toEqual([REFUSED, "OK", "OK"]);
    const fourth = await rotate();
    expect([await token(second), await token(third), await token(fourth)]).toEqual([REFUSED, REFUSED, "OK"]);
  });

  test("more hours or days than there may be are refused with their field", () => {
    for (const [more, field] of [
      [{ keepOldSecretHours: 721 }, "keep_old_secret_hours"],
      [{ keepOldSecretHours: -1 }, "keep_old_secret_hours"],
      [{ secretDays: 1_001 }, "secret_days"],
    ] as const) {
      const request = create(PutAppRequestSchema, { requestId: "1", app, rotateSecret: true, ...more });
      const refusal = expect.objectContaining({
        reason: "INVALID_FIELD",
        fields: [expect.objectContaining({ field })],
      });
      expect(() => checkFieldRules(PutAppRequestSchema, request)).toThrow(refusal);
    }
  });

  test("what is told of them is when they were made, when they end, and on which day each last gave a token", async () => {
    const { secret: old, rotate, token, secrets, opened, running, operator, put, stored } = await withApp();
    await token(old);
    opened.setNow("2026-12-01T00:00:00Z");
    const fresh = await rotate({ keepOldSecretHours: 48, secretDays: 90 });
    await token(fresh);
    await expect
      .poll(async () => (await secrets()).map(({ lastUsedDay }) => lastUsedDay))
      .toEqual(["2026-12-01", "2026-11-24"]);
    expect(await secrets()).toMatchObject([
      { made: "2026-12-01T00:00:00.000Z", ends: "2027-03-01T00:00:00.000Z" },
      { made: "2026-11-24T02:00:00.000Z", ends: "2026-12-03T00:00:00.000Z" },
    ]);
    const { changes, secretHash = "" } = await stored();
    const listed = JSON.stringify(await operator.listApps({}), (_, value) => (typeof value === "bigint" ? "" : value));
    for (const hidden of [old, fresh, secretHash]) expect(listed).not.toContain(hidden);
    // What was read is put again as it is: nothing changes, and nothing of it becomes part of the record.
    const { app: read } = await operator.getApp({ key: APP });
    await put({ app: read });
    expect(await stored()).toMatchObject({
      changes,
      value: expect.not.objectContaining({ secrets: expect.anything() }),
    });
    expect(await directClient(running, TokenService).issueAccessToken({ appKey: APP, appSecret: old })).toMatchObject({
      secretEnds: "2026-12-03T00:00:00.000Z",
    });
  });
});

describe("5.9.3 a secret ends", () => {
  test("after 365 days, or as many as were asked for; whoever has one that ended hears what a stranger hears", async () => {
    const { secret, token, opened, secrets } = await withApp("city", { secretDays: 10 });
    expect(await secrets()).toMatchObject([{ ends: "2026-12-04T02:00:00.000Z" }]);
    opened.setNow("2026-12-04T02:00:00Z");
    expect(await token(secret)).toBe(REFUSED);
    expect([await token("wrong"), await token(secret, "440100-nobody")]).toEqual([REFUSED, REFUSED]);
    expect(await (await withApp()).secrets()).toMatchObject([{ ends: "2027-11-24T02:00:00.000Z" }]);
  });

  test("an old one is never prolonged by being replaced, and one that has ended is not good again", async () => {
    const { secret: first, rotate, token, opened, secrets } = await withApp("city", { secretDays: 1 });
    const second = await rotate({ keepOldSecretHours: 720, secretDays: 2 });
    expect((await secrets())[1]).toMatchObject({ ends: "2026-11-25T02:00:00.000Z" });
    opened.setNow("2026-11-26T02:00:00Z");
    const third = await rotate({ keepOldSecretHours: 720 });
    expect([await token(first), await token(second), await token(third)]).toEqual([REFUSED, REFUSED, "OK"]);
    expect(await secrets()).toHaveLength(1);
  });
});

describe("5.9.3 secrets are revoked", () => {
  test("all of them and all tokens at once, until a new one is made; again it changes nothing", async () => {
    const { secret: old, operator, rotate, token, stored, refused, opened, secrets } = await withApp();
    const fresh = await rotate({ keepOldSecretHours: 24 });
    const revoke = () => operator.revokeSecret({ appKey: APP, cause: "密钥外泄" });
    expect((await revoke()).app).toMatchObject({ key: APP, secrets: [{ ends: "2026-11-24T02:00:00.000Z" }] });
    expect([await token(old), await token(fresh), await refused()]).toEqual([REFUSED, REFUSED, [APP]]);
    const { changes } = await stored();
    await revoke();
    expect([(await stored()).changes, (await secrets()).length]).toEqual([changes, 1]);
    expect(opened.evidence.filter(({ kind }) => kind === "secret-revoked")).toMatchObject([
      { body: { app: APP, onlyOld: false, cause: "密钥外泄" } },
    ]);
    expect(await token(await rotate({ keepOldSecretHours: 24 }))).toBe("OK");
    expect([await token(fresh), (await secrets()).length]).toEqual([REFUSED, 1]);
  });

  test("only the old one, where that is what was asked for", async () => {
    const { secret: old, operator, rotate, token, stored } = await withApp();
    const fresh = await rotate({ keepOldSecretHours: 24 });
    await operator.revokeSecret({ appKey: APP, cause: "已更换", onlyOld: true });
    expect([await token(old), await token(fresh)]).toEqual([REFUSED, "OK"]);
    const { changes } = await stored();
    await operator.revokeSecret({ appKey: APP, cause: "已更换", onlyOld: true });
    expect((await stored()).changes).toBe(changes);
    await expect(operator.revokeSecret({ appKey: "440100-nobody", cause: "x" })).rejects.toMatchObject({
      reason: "APP_UNKNOWN",
      fields: [{ field: "app_key" }],
    });
  });
});

describe("4.5.1 the stand-by province takes what the home takes", () => {
  test("both secrets while one is being replaced, neither behind its end, and none that was revoked", async () => {
    const city = await withApp();
    const province = await startNode("province");
    const deliver = async () => province.core.apply("440100", await city.core.events());
    const fresh = await city.rotate({ keepOldSecretHours: 24 });
    await deliver();
    expect([await province.token(city.secret), await province.token(fresh)]).toEqual(["OK", "OK"]);
    expect(digestOf(await province.stored())).toBe(digestOf(await city.stored()));
    province.opened.setNow("2026-11-25T02:00:00Z");
    expect(await province.token(city.secret)).toContain("CREDENTIAL_REFUSED: app_key: names an app of node 440100");
    // The console of a department has none, and is known all the same.
    const console = { ...app, key: consoleApp("440100", DEPARTMENT), name: "经办" };
    await city.operator.putApp({ requestId: randomUUID(), app: console });
    await deliver();
    expect((await province.registry.get(`app/${console.key}`))?.value).toMatchObject({ name: "经办" });
    // The province's clock is behind, and the secret is refused all the same: its record says so, not its clock.
    province.opened.setNow("2026-11-24T01:59:50Z");
    await city.operator.revokeSecret({ appKey: APP, cause: "密钥外泄" });
    await deliver();
    expect([await province.token(city.secret), await province.token(fresh)]).toEqual([
      expect.stringContaining("CREDENTIAL_REFUSED"),
      expect.stringContaining("CREDENTIAL_REFUSED"),
    ]);
    expect(await province.refused()).toEqual([APP]);
  });
});

describe("4.5.1 a secret from before secrets had an end", () => {
  test("is taken as before, has no end, and travels as it did; beside a new one it ends", async () => {
    const { token, secrets, stored, rotate, opened } = await startNode(
      "city",
      [await legacy("old secret")],
      [DEPARTMENT_RECORD],
    );
    opened.setNow("2036-01-01T00:00:00Z");
    expect(await token("old secret")).toBe("OK");
    await expect.poll(secrets).toMatchObject([{ made: "", ends: "", lastUsedDay: "2036-01-01" }]);
    expect(digestOf(await stored())).toBe(digestOf(await legacy("old secret", (await stored()).secretHash)));
    const fresh = await rotate({ keepOldSecretHours: 1 });
    expect([await token("old secret"), await token(fresh)]).toEqual(["OK", "OK"]);
    expect((await secrets())[1]).toMatchObject({
      made: "",
      ends: "2036-01-01T01:00:00.000Z",
      lastUsedDay: "2036-01-01",
    });
    opened.setNow("2036-01-01T01:00:00Z");
    expect([await token("old secret"), await token(fresh)]).toEqual([REFUSED, "OK"]);
  });
});
