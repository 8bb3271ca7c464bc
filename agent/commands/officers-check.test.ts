import { generateKeyPairSync } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { type OfficerList, signOfficerList } from "../../services/trust/officers/officer-list.ts";
import { createCheckList } from "./check.ts";
import { checkOfficers } from "./officers-check.ts";

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
