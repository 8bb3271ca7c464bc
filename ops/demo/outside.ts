import { spawnSync } from "node:child_process";

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

/** The text that `pdftotext` reads from a PDF. */
export function pdftotext(file: string): string {
  return run("pdftotext", ["-layout", file, "-"]);
}

function run(command: string, args: readonly string[]): string {
  const { stdout, stderr, error } = spawnSync(command, args, { encoding: "utf8", maxBuffer: 16 << 20 });
  if (error) throw new Error(`${command} cannot be run: ${error.message}`, { cause: error });
  return `${stdout}${stderr}`;
}
