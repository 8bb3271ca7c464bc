import { Refusal } from "../../domain/refusal.ts";
import { SANDBOX_STEP_NAMES, type SandboxStep } from "../../domain/sandbox-check.ts";
import { type GuardedCollection, guardedCollection } from "../../event/guarded-collection.ts";
import type { Runtime } from "../../node/runtime.ts";
import type { Collection, CollectionSpec, Stored } from "../../store/port.ts";

/** A call of a system as a sandbox keeps it; `_id` is its app and its place in the ring of those that are kept. */
export interface SandboxCallDocument extends Stored {
  app: string;
  /** Among the calls of its app, from 1. */
  number: number;
  /** RFC 3339, UTC. */
  time: string;
  method: string;
  outcome: string;
  /** Names of fields, never values. */
  fields: string[];
  identifier: string;
  item: string;
  requestId: string;
  ms: number;
}

/** The last call by which a step was done, and how often it was. */
export type StepMark = Pick<SandboxCallDocument, "time" | "method" | "outcome" | "identifier" | "requestId"> & {
  times: number;
};

/** What a sandbox knows of a system; `_id` is its AppKey. The marks outlive the calls that they come from. */
export interface SandboxAppDocument extends Stored {
  department: string;
  /** Calls that were recorded so far. */
  calls: number;
  marks: Partial<Record<SandboxStep, StepMark>>;
}

export const SANDBOX_CALLS: CollectionSpec = {
  name: "governance_sandbox_calls",
  indexes: [{ name: "app", fields: ["app", "number"] }],
};

export const SANDBOX_APPS: CollectionSpec = { name: "governance_sandbox_apps", indexes: [] };

/** What a sandbox keeps of the systems that are tried out in it. */
export interface SandboxRecords {
  calls: GuardedCollection<SandboxCallDocument>;
  /** The same to write to: a place in the ring is written over, whatever stands there. */
  written: Collection<SandboxCallDocument>;
  apps: GuardedCollection<SandboxAppDocument>;
}

/** Opens the records. A row that cannot be read is set aside (place `registry`). */
export async function openSandboxRecords({
  store,
  setAside,
}: Pick<Runtime, "store" | "setAside">): Promise<SandboxRecords> {
  const calls = await store.collection<SandboxCallDocument>(SANDBOX_CALLS);
  const apps = await store.collection<SandboxAppDocument>(SANDBOX_APPS);
  const place = "registry";
  return {
    written: calls,
    calls: guardedCollection({ collection: calls, setAside, place, source: SANDBOX_CALLS.name, check: checkCall }),
    apps: guardedCollection({ collection: apps, setAside, place, source: SANDBOX_APPS.name, check: checkApp }),
  };
}

const areTexts = (values: readonly unknown[]) => values.every((value) => typeof value === "string");

function checkCall({
  app,
  number,
  time,
  method,
  outcome,
  fields,
  identifier,
  item,
  requestId,
  ms,
}: SandboxCallDocument) {
  const sound =
    areTexts([app, time, method, outcome, identifier, item, requestId]) &&
    [number, ms].every((value) => typeof value === "number") &&
    Array.isArray(fields) &&
    areTexts(fields);
  if (!sound) throw new Refusal("RECORD_UNREADABLE", "the call lacks members or has wrong ones");
}

function checkApp({ department, calls, marks }: SandboxAppDocument): void {
  const sound =
    typeof department === "string" &&
    Number.isSafeInteger(calls) &&
    typeof marks === "object" &&
    marks !== null &&
    Object.entries(marks).every(
      ([step, { time, method, outcome, identifier, requestId, times }]) =>
        SANDBOX_STEP_NAMES.some((name) => name === step) &&
        areTexts([time, method, outcome, identifier, requestId]) &&
        Number.isSafeInteger(times),
    );
  if (!sound) throw new Refusal("RECORD_UNREADABLE", "what is known of the app lacks members or has wrong ones");
}
