import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { connect, constants } from "node:http2";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import type { Role } from "../../services/domain/role.ts";
import { Browser, refusedFor } from "./browser.ts";
import { boundOf, DEPARTMENT, HOST, openStaffHouse, type StaffHouse } from "./staff-house.ts";

const OWN = "ecert.identity.v1.SessionService/GetOwnSession";
/** A method of another process than the one that keeps sessions, with a request that is refused behind the permission. */
const ELSEWHERE = "ecert.catalog.v1.RegistryService/PutDepartment";
const WRONG = { department: { code: "114401000000990004", name: "局", division: "440106" } };

let house: StaffHouse;
beforeAll(async () => {
  house = await openStaffHouse();
  await house.putDepartment();
}, 60_000);
afterAll(() => house.close());

/** A browser in which somebody new has signed in. */
async function signedIn(id: string, roles: readonly Role[]) {
  const key = house.staffKey(id);
  const account = await house.keepAccount(id, { roles }, key);
  const browser = new Browser(house);
  await browser.signIn(key);
  return { browser, key, account };
}

describe("a session", () => {
  test("takes a browser's older session away with the new one", async () => {
    const { browser, key } = await signedIn("twice", ["maker"]);
    const before = browser.cookies.get("__Host-ecert") as string;
    await browser.signIn(key);
    expect((await browser.call("ecert.identity.v1.SessionService/ListOwnSessions")).body.sessions).toHaveLength(1);
    browser.cookies.set("__Host-ecert", before);
    expect(refusedFor(await browser.call(OWN)).reason).toBe("SESSION_ENDED");
    expect(browser.cookies.has("__Host-ecert")).toBe(false);
  });

  test("is for pages of its node alone: the cookie proves nothing for another site's, nor where nobody says which", async () => {
    const { browser } = await signedIn("pages", ["maker"]);
    for (const headers of [
      { "sec-fetch-site": "cross-site" },
      { "sec-fetch-site": "same-site" },
      { "sec-fetch-site": "none" },
      { origin: "https://evil.example" },
      { origin: "null" },
      { origin: "" },
    ]) {
      expect(refusedFor(await browser.call(OWN, {}, headers)).reason, JSON.stringify(headers)).toBe(
        "PERMISSION_DENIED",
      );
      expect(refusedFor(await browser.ask("DELETE", "/session", undefined, headers)).reason).toBe("PERMISSION_DENIED");
    }
    expect((await browser.call(OWN, {}, { "sec-fetch-site": "same-origin" })).status).toBe(200);
  });

  test("steps back behind a token, which is judged alone", async () => {
    const { browser } = await signedIn("token", ["maker"]);
    const answer = await browser.call(OWN, {}, { authorization: "Bearer abc" });
    expect(refusedFor(answer).reason).toBe("TOKEN_REFUSED");
  });

  test("is known over HTTP/2 too, by the name that is called", async () => {
    const { browser } = await signedIn("http2", ["maker"]);
    const session = connect(`https://${house.addresses.connect}`, { ca: house.ca, servername: "localhost" });
    const stream = session.request({
      ...{ [constants.HTTP2_HEADER_METHOD]: "POST", [constants.HTTP2_HEADER_PATH]: `/${OWN}` },
      ...{ ":authority": HOST, origin: `https://${HOST}`, "content-type": "application/json" },
      cookie: `other=1; __Host-ecert=${browser.cookies.get("__Host-ecert")}`,
    });
    stream.end("{}");
    const chunks: Buffer[] = [];
    for await (const chunk of stream) chunks.push(chunk);
    session.close();
    expect(JSON.parse(Buffer.concat(chunks).toString())).toMatchObject({ account: "440100-http2" });
  });

  test("ends when nobody uses it for its idle time, and at its last hour though it is used", async () => {
    const { browser } = await signedIn("idle", ["maker"]);
    const minutes = (count: number) => house.moveClock(count * 60_000);
    // The keeper's own answer is asked for each time: those of other processes are up to three seconds old.
    const session = () => browser.ask("GET", "/session");
    for (let used = 29; used < 12 * 60; used += 29) {
      minutes(used);
      expect((await session()).body, String(used)).toContain("退出登录");
    }
    minutes(12 * 60);
    expect((await session()).body).toContain("用数字证书登录");
    minutes(0);
    const { browser: idle } = await signedIn("idle-too", ["maker"]);
    minutes(30);
    expect((await idle.ask("GET", "/session")).body).toContain("用数字证书登录");
    minutes(0);
  });

  test("is listed and ended by its owner, one by one or everywhere else", async () => {
    const { browser, key } = await signedIn("owner", ["maker"]);
    const others = [new Browser(house), new Browser(house), new Browser(house)] as const;
    for (const other of others) await other.signIn(key);
    const service = "ecert.identity.v1.SessionService";
    const listed = async () => (await browser.call(`${service}/ListOwnSessions`)).body.sessions;
    const sessions = await listed();
    expect(sessions.map(({ own }: { own?: boolean }) => own ?? false)).toEqual([true, false, false, false]);
    await browser.call(`${service}/EndOwnSession`, { id: sessions[1].id });
    expect(await listed()).toHaveLength(3);
    const stranger = await signedIn("stranger", ["maker"]);
    await stranger.browser.call(`${service}/EndOwnSession`, { id: sessions[2].id });
    expect(await listed()).toHaveLength(3);
    expect((await browser.call(`${service}/EndOwnSessions`, { keepThis: true })).body).toEqual({ ended: 2 });
    expect(await listed()).toHaveLength(1);
  });

  test("is one of ten of an account: the next one ends the oldest", async () => {
    const { browser, key } = await signedIn("many", ["maker"]);
    for (let count = 0; count < 10; count++) await new Browser(house).signIn(key);
    expect((await browser.ask("GET", "/session")).body).toContain("用数字证书登录");
  });

  test("is found in no store and no evidence by what its cookie holds", async () => {
    const { browser } = await signedIn("secret", ["maker"]);
    const secret = browser.cookies.get("__Host-ecert") as string;
    const found = (text: string) => {
      try {
        return execFileSync("grep", ["-rlaF", text, house.files.directory], { encoding: "utf8" });
      } catch {
        return "";
      }
    };
    expect(found(secret)).toBe("");
    expect(found(createHash("sha256").update(secret).digest("hex"))).toContain("evidence");
  });
});

test("5.9.4: who loses a certificate, the account or a role, or is signed out, can do nothing with it in any process within 5 seconds", async () => {
  const lost = await signedIn("loses-key", ["administrator"]);
  const closed = await signedIn("loses-account", ["administrator"]);
  const role = await signedIn("loses-role", ["administrator"]);
  const out = await signedIn("signed-out", ["administrator"]);
  const revoked = await signedIn("revoked", ["administrator"]);
  const all = [lost, closed, role, out, revoked];
  const call = async ({ browser }: (typeof all)[number]) => {
    const answer = await browser.call(ELSEWHERE, WRONG, { cookie: cookies.get(browser) ?? "" });
    return refusedFor(answer).reason;
  };
  const cookies = new Map(all.map(({ browser }) => [browser, `__Host-ecert=${browser.cookies.get("__Host-ecert")}`]));
  expect(await Promise.all(all.map(call))).toEqual(Array(5).fill("CODE_INVALID"));
  const { browser: yang } = await signedIn("yang", ["administrator"]);
  const accounts = "ecert.identity.v1.AccountService";
  const { fingerprint } = boundOf(lost.key);
  const maker = { id: role.account, name: "李四", departmentCode: DEPARTMENT, roles: ["ROLE_MAKER"] };
  const done = [
    await yang.call(`${accounts}/UnbindCertificate`, { id: lost.account, fingerprint }),
    await yang.call(`${accounts}/CloseAccount`, { id: closed.account }),
    await yang.call(`${accounts}/PutAccount`, { account: maker }),
    await yang.call("ecert.identity.v1.SessionService/EndSessions", { id: out.account }),
  ];
  expect(done.map(({ status }) => status)).toEqual([200, 200, 200, 200]);
  house.authority.revoke(revoked.key.serial, "keyCompromise");
  house.publish();
  const ended = "SESSION_ENDED";
  await vi.waitFor(
    async () => expect(await Promise.all(all.map(call))).toEqual([ended, ended, "PERMISSION_DENIED", ended, ended]),
    { timeout: 5_000, interval: 100 },
  );
}, 20_000);
