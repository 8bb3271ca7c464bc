import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { codeFrom } from "../fixtures/authenticator.ts";
import { callFrom } from "../node/call-from.ts";
import { Browser, refusedFor } from "./browser.ts";
import { type Answer, openStaffHouse, type StaffHouse } from "./staff-house.ts";

const SERVICE = "ecert.identity.v1.PasswordService";
const OWN = "ecert.identity.v1.SessionService/GetOwnSession";
/** A method of another process than the one that keeps sessions, with a request that is refused behind the permission. */
const ELSEWHERE = "ecert.catalog.v1.RegistryService/PutDepartment";
const WRONG = { department: { code: "114401000000990004", name: "局", division: "440106" } };
const [FIRST, SECOND] = ["kettle frozen bishop tango", "velvet harpoon quiet onion"] as const;
const PAGE = { accept: "text/html", "content-type": "application/x-www-form-urlencoded" };

let house: StaffHouse;
let uri: string;
let steps = 0;

/** Code of the next step, whose time it is then. */
function nextCode(): string {
  house.moveClock(++steps * 30_000);
  return codeFrom(uri, new Date(), steps);
}

const signIn = (browser: Browser, claim: object) => browser.ask("POST", "/session/password", claim);
const claimOf = (password: string) => ({ account: "440100-kong", password, code: nextCode() });

async function signedIn(password: string): Promise<Browser> {
  const browser = new Browser(house);
  expect((await signIn(browser, claimOf(password))).status).toBe(200);
  return browser;
}

const setPassword = (id: string) =>
  callFrom("127.0.0.1", house.addresses.connect, `${SERVICE}/SetPassword`, { id }, house.operator);

beforeAll(async () => {
  house = await openStaffHouse({ passwords: { minimumLength: 14, rotationDays: 90 } });
  await house.keepAccount("kong", { roles: ["supervisor", "auditor"] });
  await house.keepAccount("cao", { roles: ["signer"] });
}, 60_000);
afterAll(() => house.close());

describe("signing in by a password, where a node has them (5.9.2)", () => {
  test("begins with a start password, a second factor, and a password of one's own", async () => {
    const { body } = await setPassword("440100-kong");
    const { startPassword } = body;
    const anybody = new Browser(house);
    const enrolled = await anybody.call(`${SERVICE}/EnrolSecondFactor`, { account: "440100-kong", startPassword });
    uri = enrolled.body.otpauthUri;
    const activation = { account: "440100-kong", startPassword, code: nextCode() };
    const weak = await anybody.call(`${SERVICE}/ActivatePassword`, { ...activation, newPassword: "Password-2026" });
    expect(refusedFor(weak)).toEqual({ reason: "INVALID_FIELD" });
    const done = await anybody.call(`${SERVICE}/ActivatePassword`, { ...activation, newPassword: FIRST });
    expect([done.status, Object.keys(done.body)]).toEqual([200, ["expires"]]);
  });

  test("gives the cookie of every session, which tells both processes of the node who it is", async () => {
    const browser = new Browser(house);
    const answer = await signIn(browser, claimOf(FIRST));
    expect([answer.status, answer.body.account]).toEqual([200, "440100-kong"]);
    const [cookie] = answer.headers["set-cookie"] as string[];
    expect(cookie).toMatch(/^__Host-ecert=[A-Za-z0-9_-]{43}; Path=\/; Secure; HttpOnly; SameSite=Strict$/);
    const { body } = await browser.call(OWN);
    expect(body).toMatchObject({ account: "440100-kong", roles: ["ROLE_SUPERVISOR", "ROLE_AUDITOR"] });
    expect(body.session.fingerprint ?? "").toBe("");
    const elsewhere = refusedFor(await browser.call(ELSEWHERE, WRONG));
    expect(elsewhere.reason).toBe("PERMISSION_DENIED");
  });

  test("goes by a form in a browser", async () => {
    const browser = new Browser(house);
    expect((await browser.ask("GET", "/session", undefined, PAGE)).body).toContain("用密码登录");
    const form = new URLSearchParams({ ...claimOf(FIRST) }).toString();
    const { connect } = house.addresses;
    const headers = { ...PAGE, origin: "https://linghai.ecert.localhost:8443" };
    const answer = await house.send(connect, { method: "POST", path: "/session/password", headers }, form);
    expect([answer.status, answer.headers.location]).toEqual([303, "/session"]);
    const [cookie = ""] = String(answer.headers["set-cookie"]).split(";");
    const page = await house.send(connect, { path: "/session", headers: { ...PAGE, cookie } });
    expect(page.body).toContain("监督检查");
  });

  test("is refused in the same bytes whatever is wrong: no such account, no password, a wrong one, a wrong code", async () => {
    const wrongs = [
      { account: "440100-nobody", password: FIRST, code: "123456" },
      { account: "440100-cao", password: FIRST, code: "123456" },
      { account: "440100-kong", password: SECOND, code: nextCode() },
      { account: "440100-kong", password: FIRST, code: codeFrom(uri, new Date(), steps + 9) },
    ];
    const answers: Answer[] = [];
    for (const wrong of wrongs) answers.push(await signIn(new Browser(house), wrong));
    expect(new Set(answers.map(({ status, body }) => JSON.stringify([status, body]))).size).toBe(1);
    expect(refusedFor(answers[0] as Answer)).toEqual({ reason: "SIGN_IN_REFUSED", fault: "password" });
    expect(JSON.stringify(answers[0]?.body)).toContain("账户、密码或动态口令不正确");
  });

  test("says which field is wrong where that tells nothing, and takes nothing from pages of others", async () => {
    const claim = { account: "440100-kong", password: FIRST, code: "123456" };
    const bad: [string, object | undefined][] = [
      ["account", { ...claim, account: undefined }],
      ["password", { ...claim, password: 5 }],
      ["code", { ...claim, code: "12345" }],
      ["account", undefined],
    ];
    for (const [field, body] of bad) {
      const answer = await signIn(new Browser(house), body as object);
      expect(refusedFor(answer)).toEqual({ reason: "INVALID_FIELD" });
      expect(JSON.stringify(answer.body)).toMatch(new RegExp(`"field":"${field}"`));
      expect(JSON.stringify(answer.body)).toContain("请求体应为JSON");
    }
    const foreign = await new Browser(house).ask("POST", "/session/password", claim, {
      origin: "https://other.example",
    });
    expect(refusedFor(foreign).reason).toBe("PERMISSION_DENIED");
  });

  test("is for no account with a role that a certificate key alone opens (5.4.2)", async () => {
    const { body } = await setPassword("440100-cao");
    expect(refusedFor({ status: 403, headers: {}, body }).reason).toBe("PERMISSION_DENIED");
  });
});

describe("a session that a password began", () => {
  const ends = (browser: Browser) =>
    vi.waitFor(async () => expect(refusedFor(await browser.call(ELSEWHERE)).reason).toBe("SESSION_ENDED"), {
      timeout: 5_000,
      interval: 200,
    });

  test("ends in every process when the password is changed", async () => {
    const browser = await signedIn(FIRST);
    const change = { ...claimOf(FIRST), newPassword: SECOND };
    expect((await browser.call(`${SERVICE}/ChangeOwnPassword`, change)).status).toBe(200);
    await ends(browser);
    await signedIn(SECOND);
  });

  test("ends when its account gets a role for which a certificate key is needed", async () => {
    const browser = await signedIn(SECOND);
    await house.keepAccount("kong", { roles: ["supervisor", "signer"] });
    await ends(browser);
    await house.keepAccount("kong", { roles: ["supervisor"] });
  });

  test("ends, and nobody signs in, when the password is taken away", async () => {
    const browser = await signedIn(SECOND);
    const method = `${SERVICE}/RemovePassword`;
    await callFrom("127.0.0.1", house.addresses.connect, method, { id: "440100-kong" }, house.operator);
    await ends(browser);
    expect(refusedFor(await signIn(browser, claimOf(SECOND))).reason).toBe("SIGN_IN_REFUSED");
  });
});
