import { SANDBOX_STEP_NAMES, type SandboxStep } from "../../domain/sandbox-check.ts";

/** What a report of a sandbox tells, as far as it is shown. Whether its signature is good, the node has judged when it was handed in. */
export interface ToldReport {
  readonly app: string;
  readonly node: string;
  readonly madeAt: string;
  /** All five steps in their order, and those that were done with how often and when last. */
  readonly steps: readonly { readonly step: SandboxStep; readonly done?: { times: number; at: string } }[];
}

/** Reads a report for people. Absent where it is none. */
export function toldReport(content: Uint8Array): ToldReport | undefined {
  try {
    const { app, node, madeAt, done } = JSON.parse(new TextDecoder().decode(content)) as Record<string, unknown>;
    if (![app, node, madeAt].every((text) => typeof text === "string") || !Array.isArray(done)) return undefined;
    const steps = SANDBOX_STEP_NAMES.map((step) => {
      const found = done.find((one) => one?.step === step);
      return found ? { step, done: { times: Number(found.times), at: String(found.at) } } : { step };
    });
    return { app: String(app), node: String(node), madeAt: String(madeAt), steps };
  } catch {
    return undefined;
  }
}
