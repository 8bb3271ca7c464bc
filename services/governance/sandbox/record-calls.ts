import type { CallEnd, CallLine } from "../../call/chain/call-log.ts";
import { type SandboxStep, sandboxStepOf } from "../../domain/sandbox-check.ts";
import type { Logger } from "../../host/log.ts";
import { changeStored } from "../../store/compare-and-set.ts";
import type { SandboxAppDocument, SandboxCallDocument, SandboxRecords } from "./sandbox-records.ts";

/** Calls that wait to be written at most; what comes beyond is served and not recorded, and the log says so. */
const MAX_WAITING = 10_000;
/** Of the fields that a refusal names. */
const MAX_FIELDS = 20;
const MAX_FIELD_CHARACTERS = 100;

/** Records the calls of systems in a sandbox, behind the calls: nobody waits for it. */
export interface CallRecorder {
  /** Takes a call that has ended; those of others than apps are passed over. */
  record(line: CallLine, end: CallEnd): void;
  /** Resolves when what was taken so far is written, so that who looks sees all that it has sent. */
  settled(): Promise<void>;
}

interface Taken {
  department: string;
  call: Omit<SandboxCallDocument, "_id" | "revision" | "number">;
}

/** Starts a recorder that keeps so many calls of each app. */
export function createCallRecorder(
  { written, apps }: SandboxRecords,
  { kept, log }: { kept: number; log: Pick<Logger, "error"> },
): CallRecorder {
  let waiting: Taken[] = [];
  let writing = Promise.resolve();
  let lost = 0;

  async function write(): Promise<void> {
    const byApp = Map.groupBy(waiting, ({ call }) => call.app);
    waiting = [];
    for (const [app, taken] of byApp) {
      try {
        await writeOf(app, taken);
      } catch (error) {
        lost += taken.length;
        log.error({ app, lost, cause: String(error) }, "calls to the sandbox could not be recorded");
      }
    }
  }

  /** The rows first: a number whose row was written and not counted is given again, and its row is written over. */
  async function writeOf(app: string, taken: readonly Taken[]): Promise<void> {
    const known = await apps.get(app);
    let number = known?.calls ?? 0;
    for (const { call } of taken) {
      number += 1;
      const row = { ...call, _id: `${app}/${number % kept}`, revision: 1, number };
      await changeStored(written, row._id, () => row);
    }
    await changeStored(apps, app, (old) => withTaken(old ?? known, app, taken, number));
  }

  return {
    record({ time, requestId, method, outcome, ms, notes }, { caller, fields }) {
      if (caller.kind !== "app") return;
      if (waiting.length >= MAX_WAITING) {
        lost += 1;
        if (lost % MAX_WAITING === 1) log.error({ lost }, "calls to the sandbox come faster than they can be recorded");
        return;
      }
      const named = fields.slice(0, MAX_FIELDS).map((field) => field.slice(0, MAX_FIELD_CHARACTERS));
      const about = { identifier: notes?.identifier ?? "", item: notes?.item ?? "" };
      const call = { app: caller.app, time, method, outcome, fields: named, ...about, requestId, ms: Math.round(ms) };
      waiting.push({ department: caller.department, call });
      if (waiting.length === 1) writing = writing.then(write);
    },
    settled: () => writing,
  };
}

function withTaken(
  old: SandboxAppDocument | undefined,
  app: string,
  taken: readonly Taken[],
  calls: number,
): SandboxAppDocument {
  const marks = { ...old?.marks };
  for (const { call } of taken) {
    const step: SandboxStep | undefined = sandboxStepOf(call);
    if (step === undefined) continue;
    const { time, method, outcome, identifier, requestId } = call;
    marks[step] = { time, method, outcome, identifier, requestId, times: (marks[step]?.times ?? 0) + 1 };
  }
  return { _id: app, revision: old?.revision ?? 1, department: taken.at(-1)?.department ?? "", calls, marks };
}
