import type { Runtime } from "../../node/runtime.ts";
import { type CallRecorder, createCallRecorder } from "./record-calls.ts";
import { openSandboxRecords, type SandboxRecords } from "./sandbox-records.ts";

/** What a sandbox has beside what any node has. */
export interface Sandbox {
  records: SandboxRecords;
  recorder: CallRecorder;
}

/** Opens it where the configuration says that the node is one. */
export async function openSandbox(runtime: Runtime): Promise<Sandbox | undefined> {
  const { sandbox } = runtime.config;
  if (!sandbox) return undefined;
  const records = await openSandboxRecords(runtime);
  return { records, recorder: createCallRecorder(records, { kept: sandbox.keptCalls, log: runtime.log }) };
}
