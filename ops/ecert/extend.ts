import { existsSync, realpathSync } from "node:fs";
import { extendPdf, levelOfPdf } from "../../services/document/pdf/long-term.ts";
import type { ExtendOptions } from "../../services/document/pdf/long-term-options.ts";
import { sha256Hex } from "../../services/domain/canonical.ts";
import { Refusal, refuseArgument } from "../../services/domain/refusal.ts";
import { createTimeStampClient, type TimeStampClient } from "../../services/trust/time-stamp/client.ts";
import { LEVEL_TEXTS } from "../../services/trust/verification/report.ts";
import { type CommandOptions, parseCommand, readInput, writeOutput } from "./arguments.ts";
import { EXIT } from "./exit-code.ts";
import { loadTrustDirectory, type TrustDirectory } from "./trust-directory.ts";

const LEVELS: Readonly<Record<string, ExtendOptions["level"]>> = { T: "B-T", LT: "B-LT", LTA: "B-LTA" };

const STEPS = {
  store: "证书和吊销列表 · certificates and revocation lists",
  stamp: "文档时间戳 · document time stamp",
} as const;

/**
 * Extends a signed PDF to a level of PAdES baseline, with the certificates and lists of the trust directory and document time
 * stamps of the authority at `--time-stamp`. The file named stays as it is; what is written begins with it.
 */
export async function extend(args: readonly string[]): Promise<number> {
  const options = parseCommand(args);
  const { file, out } = filesOf(options);
  const level = LEVELS[(options.level ?? "").replace(/^B-/, "")];
  if (level === undefined) throw refuseArgument("INVALID_FIELD", "--level", "is T, LT or LTA", "see --help");
  const directory = loadTrustDirectory(options.trust ?? process.env.ECERT_TRUST);
  const { nodeKeys: _, authorised: __, intermediates: ___, ...trust } = directory;
  const client = clientOf(options, directory);
  const pdf = readInput(file);
  const say = (text: string) => options.json || process.stderr.write(`${text}\n`);
  try {
    const from = levelOfPdf(pdf, { ...trust, at: options.at });
    const extended = await extendPdf(pdf, {
      ...trust,
      ...(client !== undefined && { stamp: client.stamp }),
      level,
      at: options.at,
      onRevision: (kind, bytes) => say(`+ ${STEPS[kind]}: ${bytes} bytes`),
    });
    writeOutput(out, extended);
    const to = levelOfPdf(extended, { ...trust, at: options.at });
    const result = { file, out, from, level: to, added: extended.length - pdf.length, sha256: sha256Hex(extended) };
    const text = `${out}: ${from} → ${to} ${LEVEL_TEXTS[to]}, +${result.added} bytes\n`;
    process.stdout.write(options.json ? `${JSON.stringify(result)}\n` : text);
    return EXIT.valid;
  } finally {
    client?.close();
  }
}

/** The signed original is kept: nothing is written over it. */
function filesOf({ positionals, out }: CommandOptions): { file: string; out: string } {
  const [file, surplus] = positionals;
  if (file === undefined || surplus !== undefined || out === undefined) {
    throw new Refusal("INVALID_FIELD", "需要一个文件和 --out · one FILE and --out FILE are needed; see --help");
  }
  if (existsSync(out) && existsSync(file) && realpathSync(out) === realpathSync(file)) {
    throw refuseArgument("INVALID_FIELD", "--out", "is the signed original, which is kept", "name another file");
  }
  return { file, out };
}

function clientOf(options: CommandOptions, { timeStamps }: TrustDirectory): TimeStampClient | undefined {
  const url = options["time-stamp"];
  if (url === undefined || options.offline) return undefined;
  if (timeStamps === undefined) {
    const remedy = "put the authority's certificates and revocation list there as time-stamp*.pem";
    throw refuseArgument("INVALID_FIELD", "--trust", "names no authority of time stamps", remedy);
  }
  return createTimeStampClient({ url, anchors: () => timeStamps });
}
