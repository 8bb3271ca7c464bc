import { Refusal } from "../../services/domain/refusal.ts";
import type { QrReport } from "../../services/statement/judge-text.ts";
import { verifyQr as verifyQrText } from "../../services/trust/verification/verify-qr.ts";
import { parseCommand } from "./arguments.ts";
import { openStates } from "./bundle.ts";
import { EXIT } from "./exit-code.ts";
import { loadTrustDirectory } from "./trust-directory.ts";

/** Verifies the text of a face's QR code by the keys of the node that made it, and holds it against a status bundle. */
export async function verifyQr(args: readonly string[]): Promise<number> {
  const options = parseCommand(args);
  const [text, surplus] = options.positionals;
  if (text === undefined || surplus !== undefined) throw new Refusal("INVALID_FIELD", "one TEXT is needed; see --help");
  const directory = loadTrustDirectory(options.trust ?? process.env.ECERT_TRUST, options.publisher);
  const status = await openStates(options, directory);
  const { nodeKeys: single, nodeKeyList: list } = directory;
  const report = await verifyQrText(text, {
    keys: { single, ...(list !== undefined && { list }) },
    at: options.at,
    ...(status !== undefined && { status }),
  });
  process.stdout.write(options.json ? `${JSON.stringify(report)}\n` : textOf(report));
  return EXIT[report.verdict];
}

const MARKS: Readonly<Record<QrReport["verdict"], string>> = {
  stated: "·",
  invalid: "✗",
  notInForce: "!",
  undetermined: "?",
};

function textOf({ verdict, verdictText, by, statement, state, findings }: QrReport): string {
  const lines = [`${MARKS[verdict]} ${verdictText} (${verdict})`];
  if (by !== undefined) {
    const period = by.since === undefined ? "使用期不明 period unknown" : `${by.since} – ${by.until ?? "今 now"}`;
    lines.push(`    声明节点 said by  ${by.node}`, `    声明时间 said when  ${period}`);
  }
  for (const [name, value] of Object.entries(statement ?? {})) lines.push(`    ${name}  ${value}`);
  for (const [name, value] of Object.entries(state)) {
    lines.push(`    ${name}  ${value instanceof Date ? value.toISOString() : value}`);
  }
  for (const { code, text, detail, weight } of findings) {
    lines.push(`    ${weight === "note" ? "·" : "-"} ${text} ${code}: ${detail}`);
  }
  lines.push("    请与照面核对姓名、编号与日期，需要确认时验证证照本身或联网查询");
  lines.push("    compare with the face; a copied code looks the same: verify the certificate itself, or ask on-line");
  return `${lines.join("\n")}\n`;
}
