import { spawnSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { chmodSync, mkdirSync } from "node:fs";
import { join, resolve } from "node:path";
import type { Authority } from "../authority/authority.ts";
import type { Person } from "./people.ts";
import type { CertificateKey } from "./staff-session.ts";

/** A certificate of the trial's staff authority, and the file with its key that browsers take. */
export interface IssuedKey {
  certificatePem: string;
  serial: string;
  key: CertificateKey;
}

/** Issues a certificate to somebody; its key lies in a file below `directory`, for its owner alone, under a password of its own. */
export function issueKey(
  { account, name, department }: Pick<Person, "account" | "name" | "department">,
  directory: string,
  authority: Authority,
): IssuedKey {
  const keys = join(directory, "staff");
  mkdirSync(keys, { recursive: true, mode: 0o700 });
  const order = { name, organization: department.name, organizationCode: department.code };
  const { certPem, keyPem, serial } = authority.issueStaff(order);
  const [p12, p12Password] = [resolve(keys, `${account}.p12`), randomBytes(12).toString("base64url")];
  const args = ["pkcs12", "-export", "-name", account, "-passout", "env:P12_PASSWORD", "-out", p12];
  const env = { ...process.env, P12_PASSWORD: p12Password };
  const { status, stderr } = spawnSync("openssl", args, { input: keyPem + certPem, env, encoding: "utf8" });
  if (status !== 0) throw new Error(`openssl pkcs12 makes no file for ${account}: ${stderr}`);
  chmodSync(p12, 0o600);
  return { certificatePem: certPem, serial, key: { p12, p12Password } };
}
