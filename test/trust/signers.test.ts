import { createHash } from "node:crypto";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Authority, createAuthority } from "../../ops/authority/authority.ts";
import { verifyCms } from "../../services/trust/cms-verify.ts";
import { openSigners } from "../../services/trust/signers.ts";
import { createDepartment, type Department } from "./department.ts";
import { createBench } from "./openssl.ts";

const bench = createBench();
const content = Buffer.from("电子证照数据");
let authority: Authority;
let department: Department;

beforeAll(async () => {
  authority = createAuthority(join(bench.directory, "ca"));
  department = await createDepartment(authority, "P-256");
  write("root.pem", authority.certificates.root);
  write("signing.pem", authority.certificates.signing);
  publish();
});
afterAll(() => bench.close());

const path = (name: string): string => join(bench.directory, name);
const write = (name: string, text: string): void => writeFileSync(path(name), text);
function publish(): void {
  write("root.crl.pem", authority.crl().root);
  write("signing.crl.pem", authority.crl().signing);
}

function open(intermediateFiles: string[]) {
  const files = {
    anchorFiles: [path("root.pem")],
    intermediateFiles: intermediateFiles.map(path),
    revocationListFiles: [path("root.crl.pem"), path("signing.crl.pem")],
  };
  return openSigners(
    files,
    () => new Date(),
    (error) => {
      throw error;
    },
  );
}

describe("trusted signers by files", () => {
  test("a node that trusts a root honours the list of the authority below it", () => {
    const cms = department.signDigest(createHash("sha256").update(content).digest(), { pades: true });
    const at = new Date();
    expect(verifyCms(cms, { content }, { ...open(["signing.pem"]).current(), at })).toMatchObject({ ok: true });
    authority.revoke(department.serial, "keyCompromise");
    publish();
    const later = new Date(at.getTime() + 60_000);
    const report = verifyCms(cms, { content }, { ...open(["signing.pem"]).current(), at: later });
    expect(report.reasons).toEqual(["SIGNER_REVOKED"]);
  });

  test("a list of an authority that was not named is refused", () => {
    expect(() => open([])).toThrow("no given authority signed the revocation list");
  });

  test("an authority below no anchor is refused by name", () => {
    const other = createAuthority(join(bench.directory, "other"));
    write("foreign.pem", other.certificates.signing);
    expect(() => open(["signing.pem", "foreign.pem"])).toThrow("no anchor stands above Trial signing authority");
  });
});
