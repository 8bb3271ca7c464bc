import { generateKeyPairSync } from "node:crypto";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { fingerprint } from "../../services/trust/officers/credential.ts";
import { readOfficerList } from "../../services/trust/officers/officer-list.ts";
import { createSecurityKey, PAGE, RP_ID } from "../../test/fixtures/security-key.ts";
import { officers } from "./officers.ts";

const directory = mkdtempSync(join(tmpdir(), "ecert-officers-"));
const at = (name: string) => join(directory, name);
const signer = generateKeyPairSync("ed25519");
const key = createSecurityKey();
const print = fingerprint(key);
let printed = "";

beforeAll(() => {
  vi.spyOn(process.stdout, "write").mockImplementation((text) => {
    printed += String(text);
    return true;
  });
  writeFileSync(at("registration.json"), key.register());
  const sealed = { type: "pkcs8", format: "pem", cipher: "aes-256-cbc", passphrase: "secret" } as const;
  writeFileSync(at("department.key.pem"), signer.privateKey.export(sealed));
  writeFileSync(at("passphrase"), "secret\n");
  writeFileSync(at("department.pub.pem"), signer.publicKey.export({ type: "spki", format: "pem" }));
});
afterAll(() => {
  vi.restoreAllMocks();
  rmSync(directory, { recursive: true });
});

/** Runs a command; what it printed, and its exit code. */
async function run(...args: string[]): Promise<{ code: number; text: string }> {
  printed = "";
  const code = await officers(args);
  return { code, text: printed };
}

const BASE = ["--node", "440100", "--department", "11440100MB2C91870E", "--rp-id", RP_ID, "--origin", PAGE];
const ADD = [
  "--account",
  "440100-li",
  "--name",
  "李",
  "--registration",
  at("registration.json"),
  "--since",
  "2026-01-01",
];
const SIGN = ["--key", at("department.key.pem"), "--passphrase-file", at("passphrase"), "--out", at("officers.json")];

describe("ecert officers: a department keeps the list of its officers' security keys (5.9.5)", () => {
  test("from an empty list to one that an agent takes, and a key that is lost", async () => {
    const draft = at("draft.json");
    await run("new", ...BASE, "--from", "2026-01-01", "--until", "2026-12-31", "--out", draft);
    const seen = await run("add", draft, ...ADD);
    expect([seen.code, seen.text]).toEqual([1, expect.stringContaining(print)]);
    expect(JSON.parse(readFileSync(draft, "utf8")).officers).toEqual([]);
    await expect(run("add", draft, ...ADD, "--fingerprint", "0000")).rejects.toThrow(
      /is not that of the registered key/,
    );
    expect((await run("add", draft, ...ADD, "--fingerprint", print)).code).toBe(0);
    await expect(run("add", draft, ...ADD, "--fingerprint", print)).rejects.toThrow(/is given twice/);
    expect((await run("sign", draft, ...SIGN)).code).toBe(0);
    const list = readOfficerList(readFileSync(at("officers.json"), "utf8"), signer.publicKey);
    expect(list).toMatchObject({
      version: 2,
      officers: [{ account: "440100-li", credentials: [{ publicKey: key.publicKey }] }],
    });
    await expect(run("sign", draft, ...SIGN)).rejects.toMatchObject({ reason: "ALREADY_EXISTS" });
    const id = key.id.toString("base64url");
    await run("end", draft, "--credential", id, "--on", "2026-06-01");
    await run("sign", draft, ...SIGN);
    const shown = await run("show", at("officers.json"));
    expect(shown.text).toMatch(
      new RegExp(`version     3[\\s\\S]*440100-li  李[\\s\\S]*${print}  2026-01-01 – 2026-06-01`),
    );
    const check = ["check", at("officers.json"), "--public-key", at("department.pub.pem")];
    expect((await run(...check, "--at", "2026-06-01")).code).toBe(0);
    expect((await run(...check, "--at", "2027-01-01")).code).toBe(1);
    writeFileSync(at("altered.json"), readFileSync(at("officers.json"), "utf8").replace("李", "王"));
    expect((await run("check", at("altered.json"), ...check.slice(2))).code).toBe(1);
  });

  test("5.9.5: a security key that was registered on the page of an agent's host is listed for that page alone", async () => {
    const page = "https://agent.example:8443";
    const own = createSecurityKey();
    writeFileSync(at("own.json"), own.register({ origin: page, rpId: "agent.example" }));
    const draft = at("page-draft.json");
    await run("new", ...BASE, "--until", "2026-12-31", "--from", "2026-01-01", "--out", draft);
    const add = ["add", draft, "--account", "440100-li", "--name", "李", "--registration", at("own.json")];
    await expect(run(...add)).rejects.toThrow(/clientDataJSON.origin/);
    await expect(run(...add, "--page", "agent")).rejects.toThrow(/--page/);
    await run(...add, "--page", page, "--fingerprint", fingerprint(own));
    const { officers: listed } = JSON.parse(readFileSync(draft, "utf8"));
    expect(listed[0].credentials).toMatchObject([{ publicKey: own.publicKey, page }]);
    expect((await run("show", draft)).text).toContain(page);
  });

  test("what is wrong is refused with option and remedy, and nothing is written", async () => {
    const out = at("never.json");
    const bad: [string[], RegExp][] = [
      [["new", ...BASE, "--out", out], /--until/],
      [["new", ...BASE, "--until", "soon", "--out", out], /until must be a day/],
      [
        ["new", ...BASE, "--origin", "http://x", "--until", "2026-12-31", "--from", "2026-01-01", "--out", out],
        /origins\[1\]/,
      ],
      [["add"], /--FILE/],
      [["show", at("none.json")], /cannot be read/],
      [["show", at("department.pub.pem")], /no JSON/],
      [["unknown", out], /there is no officers unknown/],
      [["check", at("officers.json"), "--public-key", at("passphrase")], /no usable Ed25519 or P-256 key/],
      [["sign", at("draft.json"), "--key", at("department.key.pem"), "--out", out], /--passphrase-file|no usable/],
      [["end", at("draft.json"), "--credential", "none", "--on", "2026-06-01"], /is not in the list/],
      // An id may begin with a dash.
      [["end", at("draft.json"), "--credential", "-none", "--on", "2026-06-01"], /is not in the list/],
    ];
    for (const [args, told] of bad) {
      await expect(run(...args), args.join(" ")).rejects.toThrow(told);
      expect(existsSync(out)).toBe(false);
    }
  });
});
