import { X509Certificate } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Authority, createAuthority } from "../../../ops/authority/authority.ts";
import { openTestRuntime, type TestRuntime } from "../../../test/fixtures/runtime.ts";
import { openSigners } from "../../trust/signers.ts";
import type { IdentityContext } from "../context.ts";
import { judgeCertificate } from "./judge-certificate.ts";

const ORDER = { name: "张三", organization: "岭海市天湾区市场监督管理局", organizationCode: "11440106MB9DEM101X" };
const TODAY = "2026-11-30T02:00:00Z";

let house: TestRuntime;
let authority: Authority;
let context: Pick<IdentityContext, "runtime" | "staffSigners">;
let publishLists: () => void;
const der = (pem: string) => new X509Certificate(pem);
const judged = (pem: string) => judgeCertificate(context, der(pem));
const refused = (fault: string) => ({ reason: "STAFF_CERTIFICATE_REFUSED", metadata: { fault } });
let directory: string;

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), "ecert-staff-"));
  house = await openTestRuntime({ service: "identity", now: TODAY });
  authority = createAuthority(join(directory, "authority"), { now: () => new Date(TODAY) });
  const files = { anchorFiles: [join(directory, "staff.pem")], revocationListFiles: [join(directory, "staff.crl")] };
  publishLists = () => writeFileSync(files.revocationListFiles[0] as string, authority.crl({ days: 30 }).staff);
  writeFileSync(files.anchorFiles[0] as string, authority.certificates.staff);
  publishLists();
  const { runtime } = house;
  context = { runtime, staffSigners: openSigners(files, runtime.now, () => {}) };
});
afterAll(async () => {
  await house.close();
  rmSync(directory, { recursive: true, force: true });
});

describe("a certificate with which staff sign in (5.9.2)", () => {
  test.each(["p256", "rsa"] as const)(
    "is good in force, of a configured authority, and there for it: %s",
    async (key) => {
      const { certPem } = authority.issueStaff({ ...ORDER, key });
      expect(await judged(certPem)).toEqual({
        fingerprint: der(certPem).fingerprint256.replaceAll(":", "").toLowerCase(),
        subject: `CN=张三, O=${ORDER.organization}, organizationIdentifier=${ORDER.organizationCode}, C=CN`,
        expires: "2027-11-30T02:00:00.000Z",
        organizationCode: ORDER.organizationCode,
      });
    },
  );

  test("is refused of another authority, whose certificates name the same person", async () => {
    const other = createAuthority(join(directory, "other"), { now: () => new Date(TODAY) });
    const { certPem } = other.issueStaff(ORDER);
    await expect(judged(certPem)).rejects.toMatchObject(refused("untrusted"));
  });

  test("is refused where its key is there for something else", async () => {
    const { certPem } = authority.issueTls({ node: "440100", kind: "operator", name: "admin" });
    await expect(judged(certPem)).rejects.toMatchObject(refused("untrusted"));
  });

  test("is refused when it has ended, with its days, under the field that held it", async () => {
    const { certPem } = authority.issueStaff({ ...ORDER, days: 1 });
    house.setNow("2026-12-02T02:00:00Z");
    const told = judgeCertificate(context, der(certPem), { field: "certificate" });
    await expect(told).rejects.toMatchObject({
      ...refused("expired"),
      fields: [{ field: "certificate", localized: expect.stringContaining("至2026-12-01T02:00:00.000Z") }],
    });
    house.setNow(TODAY);
  });

  test("is refused when it was revoked, within seconds of the list that says so", async () => {
    const { certPem, serial } = authority.issueStaff(ORDER);
    await judged(certPem);
    authority.revoke(serial, "keyCompromise");
    publishLists();
    house.setNow("2026-11-30T02:00:10Z");
    await expect(judged(certPem)).rejects.toMatchObject(refused("revoked"));
  });

  test("is refused where no list in force tells whether it was revoked", async () => {
    const { certPem } = authority.issueStaff(ORDER);
    house.setNow("2027-01-30T02:00:00Z");
    await expect(judged(certPem)).rejects.toMatchObject(refused("untrusted"));
    house.setNow(TODAY);
  });

  test("is told unreadable where it is none, and no function of a node that names no authorities", async () => {
    await expect(judgeCertificate(context, Buffer.from("no certificate"))).rejects.toMatchObject(refused("unreadable"));
    const without = judgeCertificate({ ...context, staffSigners: undefined }, Buffer.from(""));
    await expect(without).rejects.toMatchObject({ reason: "UNIMPLEMENTED" });
  });
});
