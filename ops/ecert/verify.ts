import { existsSync } from "node:fs";
import { openSignedOfd } from "../../services/document/ofd/verify-ofd.ts";
import { Refusal } from "../../services/domain/refusal.ts";
import type { VerificationOptions } from "../../services/trust/verification/options.ts";
import type { VerificationReport } from "../../services/trust/verification/report.ts";
import { sniffKind } from "../../services/trust/verification/sniff.ts";
import { verifyDocument } from "../../services/trust/verification/verify-document.ts";
import { type CommandOptions, parseCommand, readInput } from "./arguments.ts";
import { openStates } from "./bundle.ts";
import { exitCodeOf } from "./exit-code.ts";
import { reportJson, reportText, summaryText } from "./print-report.ts";
import { loadTrustDirectory } from "./trust-directory.ts";

/** Verifies the files named, one after the other, and tells the worst outcome by the exit code. */
export async function verify(args: readonly string[]): Promise<number> {
  const options = parseCommand(args);
  const files = options.positionals.filter((file, _, all) => !accompanies(file, all));
  if (files.length === 0) throw new Refusal("INVALID_FIELD", "未指定文件 · no file named; see --help");
  if (files.length > 1 && (options.message !== undefined || options.signature !== undefined)) {
    throw new Refusal("INVALID_FIELD", "--message and --signature go with one file");
  }
  const directory = loadTrustDirectory(options.trust ?? process.env.ECERT_TRUST, options.publisher);
  const status = await openStates(options, directory);
  const { nodeKeys: _, province: __, nodeKeyList: ___, statusBundle: ____, ...trust } = directory;
  const base: VerificationOptions = {
    ...trust,
    at: options.at,
    openOfd: openSignedOfd,
    ...(status !== undefined && { status }),
  };
  const reports: VerificationReport[] = [];
  for (const [index, file] of files.entries()) {
    if (files.length > 1 && process.stderr.isTTY) process.stderr.write(`\r[${index + 1}/${files.length}] `);
    const bytes = readInput(file);
    const report = await verifyDocument(bytes, { ...base, ...companions(file, bytes, options) });
    reports.push(report);
    process.stdout.write(options.json ? `${reportJson(file, report)}\n` : reportText(file, report));
  }
  if (files.length > 1 && !options.json) process.stdout.write(summaryText(reports));
  return exitCodeOf(reports.map(({ verdict }) => verdict));
}

/** The signature of a message stands beside it: `x.json` → `x.p7s` or `x.json.p7s`. */
function signatureNames(file: string): string[] {
  return [file.replace(/\.json$/, ".p7s"), `${file}.p7s`].filter((name) => name !== file);
}

function accompanies(file: string, all: readonly string[]): boolean {
  return file.endsWith(".p7s") && all.some((other) => signatureNames(other).includes(file));
}

function companions(file: string, bytes: Uint8Array, { message, signature }: CommandOptions) {
  const isMessage = sniffKind(bytes) === "message";
  const about = isMessage ? file : message;
  const found = signature ?? (about === undefined ? undefined : signatureNames(about).find((name) => existsSync(name)));
  return {
    ...(found !== undefined && { messageSignature: readInput(found) }),
    ...(!isMessage && message !== undefined && { message: readInput(message) }),
  };
}
