import { spawnSync } from "node:child_process";
import { readFileSync, rmSync, writeFileSync } from "node:fs";

/** What an independent program said. */
export interface Outside {
  good: boolean;
  output: string;
}

/** Asks `pdfsig` (poppler, NSS) whether a signed PDF is whole: the signature is valid and covers the total document. */
export function pdfsig(file: string): Outside {
  const output = run("pdfsig", [file]);
  const good = output.includes("Signature is Valid") && output.includes("Total document signed");
  return { good, output };
}

/** Asks `openssl cms -verify` about a detached signature over a data message, up to the trial authority's root. */
export function opensslCms(message: string, signature: string, root: string): Outside {
  const args = ["cms", "-verify", "-binary", "-inform", "DER", "-in", signature, "-content", message];
  const output = run("openssl", [...args, "-CAfile", root, "-purpose", "any", "-out", "/dev/null"]);
  return { good: /Verification successful/i.test(output), output };
}

/** Asks `openssl ts -verify` whether a token (RFC 3161) is over the content of a file, up to the authority's root. */
export function opensslTs(token: string, content: string, root: string): Outside {
  const output = run("openssl", ["ts", "-verify", "-token_in", "-in", token, "-data", content, "-CAfile", root]);
  return { good: output.includes("Verification: OK"), output };
}

/**
 * Asks `openssl pkeyutl` about an SM2 signature (user identity 1234567812345678) by the key of a certificate. The key is written
 * beside the signature, as `<signature>.key.pem`.
 */
export function opensslSm2Verdict(certificate: string, signed: string, signature: string): Outside {
  const key = `${signature}.key.pem`;
  const read = run("openssl", ["x509", "-in", certificate, "-noout", "-pubkey", "-out", key]);
  const how = ["pkeyutl", "-verify", "-pubin", "-inkey", key, "-rawin", "-digest", "sm3"];
  const files = ["-pkeyopt", "distid:1234567812345678", "-in", signed, "-sigfile", signature];
  const output = read + run("openssl", [...how, ...files]);
  return { good: output.includes("Signature Verified Successfully"), output };
}

/** Whether `openssl pkeyutl` finds an SM2 signature good, and no longer once an octet of what was signed is another. */
export function opensslSm2(certificate: string, signed: string, signature: string): boolean {
  const altered = readFileSync(signed);
  altered[0] = (altered[0] ?? 0) ^ 1;
  const over = `${signature}.over`;
  writeFileSync(over, altered);
  const { good } = opensslSm2Verdict(certificate, signed, signature);
  const still = opensslSm2Verdict(certificate, over, signature).good;
  for (const file of [`${signature}.key.pem`, over]) rmSync(file, { force: true });
  return good && !still;
}

/** Asks `openssl dgst` for the SM3 of a content, and tells whether it stands in what was signed. */
export function opensslSm3(content: string, signed: string): boolean {
  const digest = /[0-9a-f]{64}/.exec(run("openssl", ["dgst", "-sm3", content]))?.[0];
  return digest !== undefined && readFileSync(signed).includes(Buffer.from(digest, "hex"));
}

/** The structure of a DER file as `openssl asn1parse` prints it. */
export function opensslStructure(file: string): string {
  return run("openssl", ["asn1parse", "-inform", "DER", "-in", file]);
}

/** The text that `pdftotext` reads from a PDF. */
export function pdftotext(file: string): string {
  return run("pdftotext", ["-layout", file, "-"]);
}

function run(command: string, args: readonly string[]): string {
  const { stdout, stderr, error } = spawnSync(command, args, { encoding: "utf8", maxBuffer: 16 << 20 });
  if (error) throw new Error(`${command} cannot be run: ${error.message}`, { cause: error });
  return `${stdout}${stderr}`;
}
