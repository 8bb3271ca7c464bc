import { Code } from "@connectrpc/connect";
import { shanghaiDay } from "../../services/domain/civil-date.ts";
import type { Refusal } from "../../services/domain/refusal.ts";
import type { Row } from "./run.ts";

/** Command that writes the table anew. */
export const REWRITE = "ECERT_WRITE_BAD_INPUTS=1 npx vitest run test/bad-inputs";

const HEAD = `# Bad inputs, and what is answered to them

Written by \`test/bad-inputs\` from the answers of running nodes; the test fails where an answer differs from this page, and \`${REWRITE}\` writes
it anew. Each is sent as JSON over Connect and, unless only JSON or HTTP can be wrong like this, in the binary form over gRPC: both must answer the
same, with the field in the spelling of each. No answer is \`INTERNAL\`, none leaks a stack, and nothing of what is refused is stored.

**Status** is that of gRPC and, for Connect, of HTTP. **Field** is spelt as in JSON. English is message or field violation with, behind the arrow,
the remedy; Chinese is the \`LocalizedMessage\`. Times, ids and addresses that change stand as \`…\`.
`;

/** The table in Markdown. */
export function tableOf(rows: readonly Row[]): string {
  const groups = [...new Set(rows.map(({ group }) => group))];
  const parts = groups.map((group) => {
    const lines = rows.filter((row) => row.group === group).map(lineOf);
    const head = "| Bad input | Call | Reason | Status | Field | English | 中文 |\n|---|---|---|---|---|---|---|";
    return `## ${group}\n\n${head}\n${lines.join("\n")}\n`;
  });
  return `${HEAD}\n${parts.join("\n")}`;
}

function lineOf({ input, rpc, answered: { http, code, refusal } }: Row): string {
  const fields = refusal.fields.map(({ field }) => `\`${field}\``).join(", ");
  const cells = [
    input.is,
    `\`${rpc.split("/")[1]}\``,
    `\`${refusal.reason}\``,
    `${Code[code]} ${http}`,
    fields,
    englishOf(refusal),
    refusal.localized,
  ];
  return `| ${cells.map((cell) => stable(cell).replaceAll("|", "\\|").replaceAll("\n", "↵")).join(" | ")} |`;
}

function englishOf({ message, fields }: Refusal): string {
  if (fields.length === 0) return message;
  const [first] = fields;
  const told = `${first?.description} → ${first?.remedy ?? "?"}`;
  return fields.length > 1 ? `${told} (and ${fields.length - 1} more)` : told;
}

/** What is another at each run stands as `…`. */
function stable(text: string): string {
  const days = [new Date(), new Date(Date.now() - 86_400_000)].map(shanghaiDay);
  const timeless = text
    .replaceAll(/1\.2\.156\.3005\.2(?:\.[0-9A-Z]+){5}/g, "1.2.156.3005.2.…")
    .replaceAll(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z/g, "…");
  return days.reduce((all, day) => all.replaceAll(day, "…"), timeless);
}
