import { createPrivateKey, sign } from "node:crypto";
import { readFileSync } from "node:fs";
import { ON_SCREEN } from "../../ops/trial/people.ts";
import { sandboxKey } from "../../ops/trial/sandbox-key.ts";
import type { Trial } from "../../ops/trial/trial.ts";
import type { SandboxStep } from "../../services/domain/sandbox-check.ts";
import { signedSandboxReport } from "../../services/trust/sandbox-report.ts";
/** A report as a sandbox of the trial's key gives it. */
export function reportFile({ directory }: Pick<Trial, "directory">, done: readonly SandboxStep[]) {
  const { node, privateKeyFile } = sandboxKey(directory, ON_SCREEN.node);
  const key = createPrivateKey(readFileSync(privateKeyFile));
  const at = new Date().toISOString();
  const report = {
    ...({
      schema: "ecert.sandbox-report.v1",
      node,
      app: `TEST${ON_SCREEN.appKey}`,
      department: ON_SCREEN.code,
    } as const),
    ...{ madeAt: at, calls: done.length },
    done: done.map((step) => ({
      ...{ step, at, method: "m", requestId: "r", outcome: "OK", identifier: "", times: 1 },
    })),
  };
  const buffer = Buffer.from(signedSandboxReport(report, (bytes) => sign(null, bytes, key)));
  return { name: "报告.json", mimeType: "application/json", buffer };
}
