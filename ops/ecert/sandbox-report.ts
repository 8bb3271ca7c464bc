import { createPublicKey, verify, X509Certificate } from "node:crypto";
import { refuseArgument } from "../../services/domain/refusal.ts";
import { SANDBOX_STEP_NAMES, SANDBOX_STEPS } from "../../services/domain/sandbox-check.ts";
import { readSandboxReport, type SandboxReport } from "../../services/trust/sandbox-report.ts";
import { readInput } from "./arguments.ts";
import { EXIT } from "./exit-code.ts";
import { needed } from "./node-arguments.ts";
import { parsedBy } from "./operator-options.ts";

const OPTIONS = { key: { type: "string" }, json: { type: "boolean", default: false } } as const;

/** `ecert sandbox report FILE --key PEM`: verifies a report by the key of its sandbox, on this machine alone, and shows it. */
export async function showReport(args: readonly string[]): Promise<number> {
  const { values, positionals } = parsedBy({ args: [...args], options: OPTIONS, allowPositionals: true });
  const [file, surplus] = positionals;
  if (file === undefined || surplus !== undefined) {
    throw refuseArgument("INVALID_FIELD", "FILE", "须为一个文件 · one FILE is needed", "see ecert sandbox --help");
  }
  const pem = readInput(needed(values.key, "key", "sandbox report")).toString();
  const key = pem.includes("BEGIN CERTIFICATE") ? new X509Certificate(pem).publicKey : createPublicKey(pem);
  const report = readSandboxReport(readInput(file), (_, bytes, signature) => verify(null, bytes, key, signature));
  process.stdout.write(values.json ? `${JSON.stringify(report)}\n` : textOf(report));
  return EXIT.valid;
}

function textOf({ node, app, department, madeAt, done }: SandboxReport): string {
  const lines = SANDBOX_STEP_NAMES.map((name) => {
    const step = done.find((one) => one.step === name);
    return `${step ? "✓" : "-"} ${SANDBOX_STEPS[name]} ${name}  ${step ? `${step.at}  ${step.identifier || step.outcome}` : ""}`;
  });
  const head = `签名有效 · signed by ${node}, ${madeAt}\n应用 app ${app}   部门 department ${department}`;
  return `${[head, ...lines.map((line) => line.trimEnd())].join("\n")}\n`;
}
