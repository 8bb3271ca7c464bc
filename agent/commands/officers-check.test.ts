import { generateKeyPairSync } from "node:crypto";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { createAuthority } from "../../ops/authority/authority.ts";
import { type OfficerList, signOfficerList } from "../../services/trust/officers/officer-list.ts";
import type { ItemRule } from "../policy.ts";
import { createCheckList } from "./check.ts";
import { checkOfficerPage, checkOfficers } from "./officers-check.ts";

const DEPARTMENT = "11440100MB2C91870E";
const directory = mkdtempSync(join(tmpdir(), "ecert-officers-check-"));
const listFile = join(directory, "officers.json");
const signer = generateKeyPairSync("ed25519");
afterAll(() => rmSync(directory, { recursive: true }));

/** What doctor says of a list on a day. */
async function checked(changes: Partial<OfficerList>, day: string, key = signer.privateKey) {
  const list: OfficerList = {
    ...{ node: "440100", department: DEPARTMENT, version: 3, from: "2026-01-01", until: "2026-12-31" },
    ...{ rpId: "console.example", origins: ["https://console.example"], officers: [] },
    ...changes,
  };
  writeFileSync(listFile, signOfficerList(list, key));
  const checks = createCheckList(true);
  const policy = { officers: new Map([[DEPARTMENT, { listFile, key: signer.publicKey }]]) };
  await checkOfficers(checks, policy, "440100", new Date(`${day}T12:00:00+08:00`));
  return checks.checks[0];
}

test("6.2.1.2: doctor tells of each list of officers whether it counts, and until when", async () => {
  expect(await checked({}, "2026-06-01")).toMatchObject({
    outcome: "ok",
    detail: expect.stringContaining("version 3"),
  });
  expect(await checked({}, "2026-12-15")).toMatchObject({ outcome: "warn" });
  expect(await checked({}, "2027-01-01")).toMatchObject({
    outcome: "fail",
    detail: expect.stringContaining("not in force"),
  });
  expect(await checked({ node: "440300" }, "2026-06-01")).toMatchObject({ outcome: "fail" });
  const other = generateKeyPairSync("ed25519").privateKey;
  expect(await checked({}, "2026-06-01", other)).toMatchObject({
    outcome: "fail",
    remedy: expect.stringContaining("ecert officers"),
  });
});

test("6.2.1.2: doctor tells whether the page for officers can be opened, and that one is missing where the policy needs it", async () => {
  const { certPem } = createAuthority(join(directory, "authority")).issueTls({
    ...{ node: "440100", kind: "agent", name: "page", dns: ["sign.example"] },
  });
  const certificateFile = join(directory, "page.pem");
  writeFileSync(certificateFile, certPem);
  mkdirSync(join(directory, "confirm-page"));
  writeFileSync(join(directory, "confirm-page", "index.html"), "");
  const page = {
    ...{ address: "127.0.0.1:0", origin: "https://sign.example:8443", builtDirectory: directory },
    tls: { certificateFile, privateKeyFile: "page.key" },
  };
  const policy = (origin: ItemRule["origin"]) => ({ items: new Map([["I1", { origin }]]) });
  const told = async (officerPage: typeof page | undefined, rule: ItemRule["origin"], now = new Date()) => {
    const checks = createCheckList(true);
    await checkOfficerPage(checks, { officerPage }, policy(rule), now);
    return checks.checks[0];
  };
  expect(await told(undefined, "officer")).toBeUndefined();
  expect(await told(undefined, "officer-here")).toMatchObject({ outcome: "fail" });
  expect(await told(page, "officer-here")).toMatchObject({
    outcome: "ok",
    detail: expect.stringContaining(page.origin),
  });
  expect(await told({ ...page, origin: "https://other.example" }, "officer")).toMatchObject({ outcome: "fail" });
  expect(await told({ ...page, builtDirectory: "/nowhere" }, "officer")).toMatchObject({ outcome: "fail" });
  expect(await told(page, "officer", new Date("2099-01-01"))).toMatchObject({ outcome: "fail" });
});
