import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { createAuthority } from "../../ops/authority/authority.ts";
import type { Role } from "../../services/domain/role.ts";
import { Browser, refusedFor } from "./browser.ts";
import { boundOf, type CertificateKey, DEPARTMENT, HOST, openStaffHouse, type StaffHouse } from "./staff-house.ts";

const OWN = "ecert.identity.v1.SessionService/GetOwnSession";
/** A method of another process than the one that keeps sessions, with a request that is refused behind the permission. */
const ELSEWHERE = "ecert.catalog.v1.RegistryService/PutDepartment";
const WRONG = { department: { code: "114401000000990004", name: "局", division: "440106" } };
const PEOPLE: Record<string, readonly Role[]> = {
  wang: ["departmentAdministrator"],
  li: ["maker"],
  zhang: ["signer"],
  liu: ["user"],
  chen: ["auditor"],
  yang: ["administrator"],
  zhao: ["catalogAdministrator", "implementer"],
  huang: ["supervisor"],
};

let house: StaffHouse;
const keys = new Map<string, CertificateKey>();
const keyOf = (name: string) => keys.get(name) as CertificateKey;
const refused = async (name: CertificateKey | Partial<CertificateKey>) => {
  const browser = new Browser(house);
  return refusedFor(await browser.show(await browser.begin(), name));
};

beforeAll(async () => {
  house = await openStaffHouse();
  for (const [name, roles] of Object.entries(PEOPLE)) {
    keys.set(name, house.staffKey(name, { key: name === "li" ? "rsa" : "p256" }));
    await house.keepAccount(name, { roles }, keyOf(name));
  }
}, 60_000);
afterAll(() => house.close());

describe("signing in with the certificate key (5.9.2)", () => {
  test.each(Object.keys(PEOPLE))("tells who %s is, in both processes of the node", async (name) => {
    const browser = new Browser(house);
    const answer = await browser.signIn(keyOf(name));
    expect(answer.status).toBe(200);
    const { status, body } = await browser.call(OWN);
    expect(status).toBe(200);
    expect(body).toMatchObject({ account: `440100-${name}`, departmentCode: DEPARTMENT, division: "440106" });
    expect(body.session).toMatchObject({ own: true, fingerprint: boundOf(keyOf(name)).fingerprint });
    const elsewhere = refusedFor(await browser.call(ELSEWHERE, WRONG));
    expect(elsewhere.reason).toBe(PEOPLE[name]?.includes("administrator") ? "CODE_INVALID" : "PERMISSION_DENIED");
  });

  test("goes by redirects and forms in a browser, and leaves a cookie that no script and no other site gets", async () => {
    const browser = new Browser(house);
    const page = { accept: "text/html" };
    expect((await browser.ask("GET", "/session", undefined, page)).body).toContain("用数字证书登录");
    const started = await browser.ask("POST", "/session/start", undefined, page);
    const to = new URL(String(started.headers.location));
    expect(to.origin).toBe("https://linghai.ecert.localhost:9443");
    const shown = await browser.show(to.searchParams.get("state") ?? "", keyOf("li"), page);
    const back = new URL(String(shown.headers.location));
    expect(back.host).toBe(HOST);
    // From another port of the same host.
    const redeemed = await browser.ask("GET", back.pathname + back.search, undefined, {
      "sec-fetch-site": "same-site",
      ...page,
    });
    expect([redeemed.status, redeemed.headers.location]).toEqual([303, "/session"]);
    const [cookie] = redeemed.headers["set-cookie"] as string[];
    expect(cookie).toMatch(/^__Host-ecert=[A-Za-z0-9_-]{43}; Path=\/; Secure; HttpOnly; SameSite=Strict$/);
    expect((await browser.ask("GET", "/session", undefined, page)).body).toContain("制证");
    await browser.ask("POST", "/session/end", undefined, page);
    expect((await browser.ask("GET", "/session", undefined, page)).body).toContain("用数字证书登录");
    expect(refusedFor(await browser.call(OWN)).reason).toBe("TOKEN_MISSING");
  });
});

test("there is no other way where a node has no passwords, as by default (5.9.2)", async () => {
  const claim = { account: "440100-chen", password: "kettle frozen bishop tango", code: "123456" };
  const answer = await new Browser(house).ask("POST", "/session/password", claim);
  expect(refusedFor(answer).reason).toBe("UNIMPLEMENTED");
  expect(JSON.stringify(answer.body)).toContain("本节点未启用密码登录");
  const page = await new Browser(house).ask("GET", "/session", undefined, { accept: "text/html" });
  expect(page.body).not.toContain("用密码登录");
});

describe("a certificate that does not sign in", () => {
  test("is told what is wrong with it: none, of another authority, for another use, ended, revoked", async () => {
    const reason = "STAFF_CERTIFICATE_REFUSED";
    expect(await refused({})).toEqual({ reason, fault: "missing" });
    const other = createAuthority(`${house.files.directory}/other`).issueStaff({
      ...{ name: "li", organization: "局", organizationCode: DEPARTMENT },
    });
    expect(await refused({ cert: other.certPem, key: other.keyPem })).toEqual({ reason, fault: "untrusted" });
    const { cert, key } = house.operator;
    expect(await refused({ cert: cert.toString(), key: key.toString() })).toEqual({ reason, fault: "untrusted" });
    const past = createAuthority(`${house.files.directory}/staff-authority`, {
      now: () => new Date(Date.now() - 10 * 86_400_000),
    }).issueStaff({ name: "li", organization: "局", organizationCode: DEPARTMENT, days: 5 });
    expect(await refused({ cert: past.certPem, key: past.keyPem })).toEqual({ reason, fault: "expired" });
    const lost = house.staffKey("lost");
    await house.keepAccount("lost", { roles: ["maker"] }, lost);
    house.authority.revoke(lost.serial, "keyCompromise");
    house.publish();
    await vi.waitFor(async () => expect(await refused(lost)).toEqual({ reason, fault: "revoked" }), { timeout: 5_000 });
  });

  test("hears the same whether it is bound to nothing, to a closed account, or names another department: not which accounts exist", async () => {
    const closed = house.staffKey("closed");
    await house.keepAccount("closed", { roles: ["maker"], disabled: true }, closed);
    const foreign = house.staffKey("foreign", { organizationCode: "114401000000990003" });
    await house.keepAccount("foreign", { roles: ["maker"] }, foreign);
    const answers = [];
    for (const key of [house.staffKey("nobody"), closed, foreign]) {
      const browser = new Browser(house);
      answers.push(await browser.show(await browser.begin(), key));
    }
    expect(new Set(answers.map(({ status, body }) => JSON.stringify([status, body]))).size).toBe(1);
    expect(refusedFor(answers[0] as never)).toEqual({ reason: "SIGN_IN_REFUSED", fault: "account" });
  });

  test("is told as a page to people, in Chinese, with the way back", async () => {
    const browser = new Browser(house);
    const { status, body } = await browser.show(await browser.begin(), {}, { accept: "text/html" });
    expect(status).toBe(401);
    expect(body).toContain("请插入数字证书Key");
    expect(body).toContain('href="https://linghai.ecert.localhost:8443/session"');
  });
});

describe("the one-time code", () => {
  const redeem = async (browser: Browser, code: unknown) => refusedFor(await browser.ask("POST", "/session", { code }));
  const codeFor = async (browser: Browser, name: string) =>
    (await browser.show(await browser.begin(), keyOf(name))).body.code as string;

  test("begins one session: used twice, in another browser, made up or misspelled it begins none", async () => {
    const browser = new Browser(house);
    const code = await codeFor(browser, "zhang");
    const atOnce = await Promise.all([1, 2, 3].map(() => browser.ask("POST", "/session", { code })));
    expect(atOnce.map(({ status }) => status).sort()).toEqual([200, 401, 401]);
    expect(await redeem(browser, code)).toEqual({ reason: "SIGN_IN_REFUSED", fault: "code" });
    const begun = await codeFor(browser, "zhang");
    const other = new Browser(house);
    await other.begin();
    expect(await redeem(other, begun)).toEqual({ reason: "SIGN_IN_REFUSED", fault: "browser" });
    expect(await redeem(browser, begun)).toEqual({ reason: "SIGN_IN_REFUSED", fault: "code" });
    expect(await redeem(browser, "A".repeat(43))).toEqual({ reason: "SIGN_IN_REFUSED", fault: "code" });
    expect((await redeem(browser, 7)).reason).toBe("INVALID_FIELD");
    expect((await redeem(browser, "A".repeat(5_000))).reason).toBe("TOO_LARGE");
  });

  test("is of no more use after a minute, nor when the certificate was unbound meanwhile", async () => {
    const browser = new Browser(house);
    const late = await codeFor(browser, "liu");
    house.moveClock(61_000);
    expect(await redeem(browser, late)).toEqual({ reason: "SIGN_IN_REFUSED", fault: "expired" });
    house.moveClock(0);
    const key = house.staffKey("unbound");
    await house.keepAccount("unbound", { roles: ["maker"] }, key);
    const { code } = (await browser.show(await browser.begin(), key)).body;
    await house.keepAccount("unbound", { roles: ["maker"], certificates: [], fingerprints: [] });
    expect(await redeem(browser, code)).toEqual({ reason: "SIGN_IN_REFUSED", fault: "account" });
  });

  test("is given ten times to an account that redeems none, and for a state alone that a browser has begun", async () => {
    const browser = new Browser(house);
    const state = await browser.begin();
    const given = await Promise.all(Array.from({ length: 10 }, () => browser.show(state, keyOf("huang"))));
    expect(given.map(({ status }) => status)).toEqual(Array(10).fill(200));
    expect(refusedFor(await browser.show(state, keyOf("huang"))).reason).toBe("RATE_EXCEEDED");
    expect(refusedFor(await browser.show("x", keyOf("chen"))).reason).toBe("INVALID_FIELD");
    house.moveClock(61_000);
    expect((await browser.show(state, keyOf("huang"))).status).toBe(200);
    house.moveClock(0);
  });
});

test("5.9.3, 5.9.5: who was refused is evidence: by person and method with the count, in whichever process; strangers in one line by what is wrong", async () => {
  const browser = new Browser(house);
  await browser.signIn(keyOf("li"));
  for (let n = 0; n < 3; n++) await browser.call(ELSEWHERE, WRONG);
  const others = { "sec-fetch-site": "cross-site" };
  expect(refusedFor(await browser.call(ELSEWHERE, WRONG, others)).reason).toBe("PERMISSION_DENIED");
  const calls = (await house.lastEvidence("catalog")).filter(({ kind }) => kind === "call-refused");
  const [told] = calls.filter(({ body }) => (body.call as { by: string }).by === "staff/440100-li");
  // Once more when it signed in above; and a page of another site is nobody's call.
  expect(told?.body).toMatchObject({
    ...{ method: ELSEWHERE, reason: "PERMISSION_DENIED", count: 4 },
    call: { department: DEPARTMENT, division: "440106", id: expect.any(String) },
  });
  expect(calls.map(({ body }) => (body.call as { by: string }).by)).not.toContain("public");
  const identity = await house.lastEvidence("identity");
  const signIns = identity.filter(({ kind }) => kind === "sign-in-refused").map(({ body }) => body);
  expect(signIns).toContainEqual(
    expect.objectContaining({ account: "440100-lost", fault: "revoked", department: DEPARTMENT }),
  );
  expect(signIns).toContainEqual(expect.objectContaining({ account: "440100-closed", fault: "account", count: 1 }));
  const strangers = signIns.filter(({ account }) => account === undefined).map(({ fault }) => fault);
  expect(strangers.toSorted()).toEqual(["account", "expired", "untrusted"]);
});
