import { SANDBOX_STEPS, type SandboxStep } from "../../domain/sandbox-check.ts";
import type { Both } from "../text/texts.ts";

/** Steps as readers of another language call them; in Chinese the domain names them. */
const ENGLISH: Readonly<Record<SandboxStep, string>> = {
  issued: "one issued",
  replaced: "one replaced",
  used: "one used",
  revoked: "one revoked",
  refused: "one refusal of its case met",
};

/** A step of the check in a sandbox, in words. */
export function stepWord(step: SandboxStep): Both {
  return [SANDBOX_STEPS[step], ENGLISH[step]];
}
