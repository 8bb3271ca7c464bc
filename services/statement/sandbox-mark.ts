import { bearsSandboxMark, isSandboxNode } from "../domain/sandbox.ts";
import { findingOf, type VerificationFinding } from "./finding.ts";

/** What a document says by which a certificate of a sandbox shows (6.2.4). */
export interface SandboxMarks {
  identifier?: string | undefined;
  number?: string | undefined;
  node?: string | undefined;
}

/**
 * Tells a certificate of a sandbox, whoever signed it: one mark is enough, so that none passes because the others were taken off. `own`:
 * the sandbox that verifies, for which its own certificates are as good as any; in production there is none.
 */
export function sandboxFindings(
  { identifier, number, node }: SandboxMarks,
  own: string | undefined,
): VerificationFinding[] {
  const serial = identifier?.split(".").at(-3) ?? "";
  const marked = [serial, number ?? "", node ?? ""].filter(bearsSandboxMark);
  if (marked.length === 0) return [];
  const isOwn = own !== undefined && isSandboxNode(own) && serial.startsWith(own) && (node ?? own) === own;
  if (isOwn) return [];
  return [findingOf("SANDBOX_CERTIFICATE", `it was made in a sandbox to try out systems: ${marked[0]}`)];
}
