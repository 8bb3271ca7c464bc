import { fromPem } from "../../services/trust/pem.ts";
import { maySign } from "../../services/trust/seal/seal-algorithm.ts";
import { verifySeal } from "../../services/trust/seal/verify-seal.ts";
import { EXIT } from "./exit-code.ts";
import { oneFile, parseSealCommand, readNamed, readSealFile, timeOf } from "./seal-arguments.ts";
import { sealFacts, sealText } from "./seal-text.ts";
import { loadTrustDirectory } from "./trust-directory.ts";

const OPTIONS = {
  trust: { type: "string" },
  signer: { type: "string" },
  at: { type: "string" },
  json: { type: "boolean", default: false },
} as const;

/** `ecert seal check`: verifies a seal against a trust directory, and with `--signer` that it is for that certificate. */
export async function checkSeal(args: readonly string[]): Promise<number> {
  const { values, positionals } = parseSealCommand(args, OPTIONS);
  const file = oneFile(positionals);
  const at = values.at === undefined ? new Date() : timeOf(values.at, "at");
  const { nodeKeys: _, ...trust } = loadTrustDirectory(values.trust ?? process.env.ECERT_TRUST);
  const { der, seal } = readSealFile(file);
  const report = verifySeal(der, { ...trust, at });
  const findings: { reason: string; detail: string }[] = [...report.findings];
  if (values.signer !== undefined) {
    const [signer] = fromPem("CERTIFICATE", readNamed(values.signer, "--signer").toString("utf8"));
    if (!signer || !maySign(seal.signers, signer)) {
      findings.push({
        reason: "SIGNER_UNTRUSTED",
        detail: `印章未列入该证书 · the seal does not list ${values.signer}`,
      });
    }
  }
  const good = report.ok && findings.length === 0;
  const { notices } = report;
  if (values.json)
    process.stdout.write(`${JSON.stringify({ file, ok: good, findings, notices, ...sealFacts(seal) })}\n`);
  else {
    process.stdout.write(
      `${good ? "✓" : "✗"} ${file}: ${good ? "印章有效 valid" : "印章无效 invalid"}\n${sealText(seal)}`,
    );
    for (const { reason, detail } of findings) process.stdout.write(`    ✗ ${reason}  ${detail}\n`);
    for (const notice of notices) process.stdout.write(`    · ${notice}\n`);
  }
  return good ? EXIT.valid : EXIT.invalid;
}
