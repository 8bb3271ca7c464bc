import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { Role } from "../../../proto/gen/ecert/type/v1/permission_pb.ts";
import { codeFrom } from "../../../test/fixtures/authenticator.ts";
import { FIRST, openPasswordScene, type PasswordScene } from "../../../test/identity/password-scene.ts";
import type { Refusal } from "../../domain/refusal.ts";
import type { AccountDocument } from "../accounts/account-record.ts";
import type { IdentityContext } from "../context.ts";
import { passwordMark } from "./password-record.ts";
import { isPasswordStill, MISSED_CODES, provePassword } from "./prove-password.ts";

const SECOND = "velvet harpoon quiet onion";
const here = { address: undefined, signal: new AbortController().signal };

let scene: PasswordScene;
const prove = (account: string, password: string, code: string) =>
  provePassword(scene.context, { account, password, code }, "sign-in", here);
const told = (attempt: Promise<unknown>) =>
  attempt.then(
    () => "let in",
    ({ reason, message, localized, fields, metadata }: Refusal) => ({ reason, message, localized, fields, metadata }),
  );

beforeAll(async () => {
  scene = await openPasswordScene();
});
afterAll(() => scene.close());

describe("passwords of system accounts (5.9.2)", () => {
  test("are off by default, and every method says so in both languages", async () => {
    const off = await openPasswordScene({ on: false });
    const methods = off.open();
    const claim = { account: "440100-a", startPassword: "a", password: "a", code: "000000", newPassword: FIRST };
    const asked = [
      methods.setPassword({ id: "440100-a" }),
      methods.removePassword({ id: "440100-a" }),
      methods.enrolSecondFactor(claim),
      methods.activatePassword(claim),
      methods.changeOwnPassword(claim),
    ];
    for (const one of asked) {
      const refusal = (await one.catch((error: unknown) => error)) as Refusal;
      expect([refusal.reason, refusal.message]).toEqual(["UNIMPLEMENTED", expect.stringContaining("not switched on")]);
      expect(refusal.localized).toContain("本节点未启用密码登录");
    }
    await off.close();
  });

  test("begin with one that is drawn, end in one's own with a second factor, and are kept as none of these", async () => {
    const { account, uri } = await scene.begun("440100-begin");
    const kept = await scene.recordOf(account);
    expect(kept).toMatchObject({ state: "own", ends: "2027-02-22T02:00:00.000Z", former: [] });
    const secret = new URL(uri).searchParams.get("secret") as string;
    for (const plain of [FIRST, secret]) expect(JSON.stringify(kept)).not.toContain(plain);
    expect(await told(prove(account, FIRST, scene.nextCode({ uri })))).toBe("let in");
    const kinds = scene.house.evidence
      .filter(({ kind, body }) => kind.startsWith("password-") && body.account === account)
      .map(({ kind, body }) => [kind, body.by]);
    expect(kinds).toEqual([
      ["password-set", "operator/440100/test"],
      ["password-enrolled", `password/${account}`],
      ["password-changed", `password/${account}`],
    ]);
  });

  test("to start with sign nobody in, and are good for a day", async () => {
    await scene.put("440100-day");
    const { startPassword, expires } = await scene.service().setPassword({ id: "440100-day" });
    expect(startPassword).toMatch(/^[A-Z2-7]{26}$/);
    expect(Date.parse(expires) - scene.now().getTime()).toBe(86_400_000);
    const { otpauthUri: uri } = await scene.open().enrolSecondFactor({ account: "440100-day", startPassword });
    expect(await told(prove("440100-day", startPassword, codeFrom(uri, scene.now())))).toMatchObject({
      reason: "SIGN_IN_REFUSED",
    });
    scene.later(86_400);
    const late = scene.open().activatePassword({
      ...{ account: "440100-day", startPassword, code: codeFrom(uri, scene.now()), newPassword: FIRST },
    });
    await expect(late).rejects.toMatchObject({ reason: "SIGN_IN_REFUSED" });
  });

  test("are refused in one way only, after the same work, whatever is wrong: nobody is told from somebody", async () => {
    const wrongs: Record<string, () => Promise<[string, string, string]>> = {
      "no such account": async () => ["440100-nobody", FIRST, "123456"],
      "an account without a password": async () => {
        await scene.put("440100-bare");
        return ["440100-bare", FIRST, "123456"];
      },
      "a wrong password": async () => {
        const one = await scene.owner("440100-wrong");
        return [one.account, SECOND, scene.nextCode(one)];
      },
      "a wrong code": async () => {
        const { account, password, uri } = await scene.owner("440100-code");
        return [account, password, codeFrom(uri, scene.now(), 9)];
      },
      "a code that was used": async () => {
        const one = await scene.owner("440100-used");
        const code = scene.nextCode(one);
        await prove(one.account, one.password, code);
        return [one.account, one.password, code];
      },
      "a password that has ended": async () => {
        const one = await scene.owner("440100-ended");
        scene.later(90 * 86_400);
        return [one.account, one.password, scene.nextCode(one)];
      },
      "an account that was disabled": async () => {
        const one = await scene.owner("440100-off");
        await scene.put(one.account, [Role.SUPERVISOR], true);
        return [one.account, one.password, scene.nextCode(one)];
      },
      "an account that got a role for which a certificate is needed": async () => {
        const one = await scene.owner("440100-risen");
        await scene.put(one.account, [Role.SUPERVISOR, Role.SIGNER]);
        return [one.account, one.password, scene.nextCode(one)];
      },
      "a password that cannot be read": async () => {
        const one = await scene.owner("440100-broken");
        await scene.passwords.records.replace({ ...(await scene.recordOf(one.account)), state: "none" as never });
        return [one.account, one.password, scene.nextCode(one)];
      },
    };
    const { hashes } = scene.passwords;
    const found = new Map<string, unknown>();
    for (const [what, make] of Object.entries(wrongs)) {
      const claim = await make();
      let matches = 0;
      const match: typeof hashes.match = (password, hash) => {
        matches++;
        return hashes.match(password, hash);
      };
      const watched: IdentityContext = {
        ...scene.context,
        passwords: { ...scene.passwords, hashes: { ...hashes, match } },
      };
      const [account, password, code] = claim;
      const answer = await told(provePassword(watched, { account, password, code }, "sign-in", here));
      found.set(what, { answer, matches });
    }
    const [first] = found.values();
    expect(first).toMatchObject({
      answer: { reason: "SIGN_IN_REFUSED", fields: [], metadata: { fault: "password" } },
      matches: 1,
    });
    for (const [what, one] of found) expect(one, what).toEqual(first);
  });

  test("are refused with evidence of how often, by account and minute", async () => {
    await scene.passwords.refused.flush();
    const counted = scene.house.evidence
      .filter(({ kind }) => kind === "password-refused")
      .map(({ body }) => body.account);
    expect(counted).toContain("440100-wrong");
    expect(counted).toContain("unknown");
  });

  test("let in one of two who bring the same code at once", async () => {
    const one = await scene.owner("440100-twice");
    const code = scene.nextCode(one);
    const both = await Promise.all([1, 2].map(() => told(prove(one.account, one.password, code))));
    expect(both.filter((outcome) => outcome === "let in")).toHaveLength(1);
  });

  test("that somebody else knows end: after 20 wrong codes in a row that came with the right password", async () => {
    const one = await scene.owner("440100-leaked");
    await scene.passwords.records.replace({ ...(await scene.recordOf(one.account)), missedCodes: MISSED_CODES - 1 });
    await told(prove(one.account, one.password, codeFrom(one.uri, scene.now(), 9)));
    expect(scene.house.evidence).toContainEqual({
      kind: "password-ended",
      body: { account: one.account, missedCodes: 20 },
    });
    expect(await told(prove(one.account, one.password, scene.nextCode(one)))).toMatchObject({
      reason: "SIGN_IN_REFUSED",
    });
    const { startPassword } = await scene.service().setPassword({ id: one.account });
    expect(await scene.open().enrolSecondFactor({ account: one.account, startPassword })).toBeDefined();
  });

  test("are changed when they have ended, to a strong one that was not there before", async () => {
    const one = await scene.owner("440100-change");
    scene.later(90 * 86_400);
    const change = (password: string, newPassword: string) =>
      scene.open().changeOwnPassword({ account: one.account, password, code: scene.nextCode(one), newPassword });
    for (const [weak, what] of [
      ["Password-2026-admin", "counts for"],
      ["440100-change-440100", "counts for"],
      ["欧阳明欧阳明欧阳明欧阳明abc", "counts for"],
      [FIRST, "one of the last 4"],
    ] as const) {
      await expect(change(FIRST, weak)).rejects.toMatchObject({
        reason: "INVALID_FIELD",
        fields: [{ field: "new_password", description: expect.stringContaining(what) }],
      });
    }
    const { expires } = await change(FIRST, SECOND);
    expect(Date.parse(expires) - scene.now().getTime()).toBe(90 * 86_400_000);
    await expect(change(SECOND, FIRST)).rejects.toMatchObject({ fields: [{ field: "new_password" }] });
    expect(await told(prove(one.account, SECOND, scene.nextCode(one)))).toBe("let in");
  });

  test("carry a session only as long as they are the same, have not ended, and their account may have one", async () => {
    const { account } = await scene.owner("440100-mark");
    const mark = passwordMark(await scene.recordOf(account));
    const read = async () => (await scene.context.accounts.get(account)) as AccountDocument;
    const carried = async () => isPasswordStill(scene.context, await read(), mark);
    expect(await carried()).toBe(true);
    expect(await isPasswordStill({ ...scene.context, passwords: undefined }, await read(), mark)).toBe(false);
    expect(await isPasswordStill(scene.context, await read(), "0".repeat(64))).toBe(false);
    await scene.put(account, [Role.ADMINISTRATOR]);
    expect(await carried()).toBe(false);
    await scene.put(account);
    expect(await carried()).toBe(true);
    scene.later(91 * 86_400);
    expect(await carried()).toBe(false);
    await scene.service().removePassword({ id: account });
    await scene.service().removePassword({ id: account });
    expect(await scene.passwords.records.get(account)).toBeUndefined();
  });
});
