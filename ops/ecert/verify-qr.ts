import { shanghaiDay } from "../../services/domain/civil-date.ts";
import { Refusal } from "../../services/domain/refusal.ts";
import { readQrText } from "../../services/domain/signed-qr.ts";
import { verifyAsNode } from "../../services/trust/node-key.ts";
import { standingOf } from "../../services/trust/verification/certificate-standing.ts";
import { findingOf, VERDICT_TEXTS, verdictOf } from "../../services/trust/verification/finding.ts";
import { MAX_STATE_AGE_SECONDS } from "../../services/trust/verification/options.ts";
import { parseCommand } from "./arguments.ts";
import { openStates } from "./bundle.ts";
import { exitCodeOf } from "./exit-code.ts";
import { loadTrustDirectory, type TrustDirectory } from "./trust-directory.ts";

/** Verifies the text of a face's QR code by the key of the node that made it, and tells the state by a bundle. */
export async function verifyQr(args: readonly string[]): Promise<number> {
  const options = parseCommand(args);
  const [text, surplus] = options.positionals;
  if (text === undefined || surplus !== undefined) throw new Refusal("INVALID_FIELD", "one TEXT is needed; see --help");
  const directory = loadTrustDirectory(options.trust ?? process.env.ECERT_TRUST, options.publisher);
  const read = signed(text, directory);
  if ("reason" in read) return print({ options, findings: [findingOf("SIGNATURE_INVALID", read.reason)] });
  const states = await openStates(options, directory);
  const { statement } = read;
  const { identifier, node, validTo, issueDate } = statement;
  // The day of issue is all that it says of the time: the bundle must be of a later one.
  const signedAt = new Date(`${issueDate}T23:59:59+08:00`);
  const validity = validTo === undefined ? {} : { validTo };
  const status = await states?.statusOf(identifier, { node, signedAt, validity });
  const { findings, state } = standingOf({ identifier, validity }, status, options.at, MAX_STATE_AGE_SECONDS);
  if (issueDate > shanghaiDay(options.at)) findings.push(findingOf("SIGNED_IN_FUTURE", `issued on ${issueDate}`));
  return print({ options, findings, statement, state });
}

function signed(text: string, { nodeKeys }: TrustDirectory) {
  try {
    const { statement, signed: covered, signature } = readQrText(text);
    const key = nodeKeys.get(statement.node);
    if (key === undefined) return { reason: `no key of the node ${statement.node} is trusted` };
    const good = verifyAsNode(key, "ecert.qr.v1", new TextEncoder().encode(covered), signature);
    return good ? { statement } : { reason: "the node did not sign this text" };
  } catch (error) {
    if (error instanceof Refusal) return { reason: error.message };
    throw error;
  }
}

type Outcome = {
  options: { json: boolean };
  findings: ReturnType<typeof findingOf>[];
  statement?: object;
  state?: object;
};

function print({ options, findings, ...facts }: Outcome): number {
  const verdict = verdictOf(findings);
  const report = { verdict, verdictText: VERDICT_TEXTS[verdict], ...facts, findings };
  if (options.json) process.stdout.write(`${JSON.stringify(report)}\n`);
  else {
    process.stdout.write(`${VERDICT_TEXTS[verdict]} (${verdict})\n`);
    for (const [name, value] of Object.entries({ ...facts.statement, ...facts.state })) {
      process.stdout.write(`    ${name}  ${value instanceof Date ? value.toISOString() : value}\n`);
    }
    for (const { code, text, detail } of findings) process.stdout.write(`    - ${text} ${code}: ${detail}\n`);
    process.stdout.write("    请与照面核对姓名、编号与日期 · compare with the face: a copied code looks the same\n");
  }
  return exitCodeOf([verdict]);
}
