import { X509Certificate } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { Role } from "../../../proto/gen/ecert/type/v1/permission_pb.ts";
import { type IdentityHouse, MARKET, openIdentityHouse, TODAY } from "../../../test/fixtures/identity-house.ts";
import type { IdentityContext } from "../context.ts";
import { openContext } from "../open-context.ts";
import { beginSession, liveSession, sessionsOf } from "./sessions.ts";
import { sweep } from "./sweep.ts";

let house: IdentityHouse;
let context: IdentityContext;
const ID = "440100-zhang";
const HINTS = { agent: "测试 Mozilla/5.0\u0007", address: "127.0.0.1" };
const later = (seconds: number) => house.setNow(new Date(Date.parse(TODAY) + seconds * 1_000).toISOString());
const account = (disabled = false) => ({
  account: { id: ID, name: "张三", departmentCode: MARKET.code, roles: [Role.MAKER], disabled },
});

beforeAll(async () => {
  house = await openIdentityHouse();
  const staff = { ...house.runtime.config.staff, idleSeconds: 1_800, absoluteSeconds: 43_200 };
  const config = { ...house.runtime.config, staff: staff as never };
  context = await openContext({ ...house.runtime, config });
});
afterAll(() => house.close());

async function begun(): Promise<{ digest: string; pem: string; fingerprint: string }> {
  await house.operator.putAccount(account());
  const pem = house.certificate("张三");
  const { raw, fingerprint256 } = new X509Certificate(pem);
  const fingerprint = fingerprint256.replaceAll(":", "").toLowerCase();
  await house.operator.bindCertificate({ id: ID, certificatePem: pem });
  const found = await context.accounts.get(ID);
  const shown = { fingerprint, certificates: [raw.toString("base64")] };
  const { session } = await beginSession(context, found as never, shown, HINTS);
  return { digest: session._id, pem, fingerprint };
}
const ended = { reason: "SESSION_ENDED" };

describe("a session of staff (5.9.2)", () => {
  test("keeps of its browser what is printable, and is written down as used once a minute", async () => {
    later(0);
    const { digest } = await begun();
    expect((await context.sessions.get(digest))?.agent).toBe(" Mozilla/5.0");
    const seenAfter = async (seconds: number) => {
      later(seconds);
      await liveSession(context, digest);
      return (await context.sessions.get(digest))?.seen;
    };
    expect(await seenAfter(59)).toBe("2026-11-30T02:00:00.000Z");
    expect(await seenAfter(60)).toBe("2026-11-30T02:01:00.000Z");
    later(0);
  });

  test("5.9.4: does not come back with a certificate that is bound again, nor with an account that is opened again", async () => {
    later(0);
    const unbound = await begun();
    later(60);
    await house.operator.unbindCertificate({ id: ID, fingerprint: unbound.fingerprint });
    await house.operator.bindCertificate({ id: ID, certificatePem: unbound.pem });
    await expect(liveSession(context, unbound.digest)).rejects.toMatchObject(ended);
    const closed = await begun();
    later(120);
    await house.operator.closeAccount({ id: ID });
    await house.operator.putAccount(account());
    await expect(liveSession(context, closed.digest)).rejects.toMatchObject(ended);
    later(0);
  });

  test("is gone from the store when its time is over", async () => {
    later(0);
    await begun();
    expect((await sessionsOf(context, ID)).length).toBeGreaterThan(0);
    later(43_201);
    await sweep(context);
    expect(await sessionsOf(context, ID)).toEqual([]);
    later(0);
  });
});
