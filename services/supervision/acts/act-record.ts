import type { JsonObject } from "../../domain/canonical.ts";
import { Refusal } from "../../domain/refusal.ts";
import { type GuardedCollection, guardedCollection } from "../../event/guarded-collection.ts";
import type { Runtime } from "../../node/runtime.ts";
import type { CollectionSpec, Stored } from "../../store/port.ts";
import { type MadeAnew, openMadeAnew } from "../facts/made-anew.ts";

/**
 * Something that was done, as a line of evidence tells it; `_id` is time, stream and number of the line, so that a line is kept once, and the order of keys is that
 * of time. Follows from the evidence alone.
 */
export interface ActDocument extends Stored {
  kind: string;
  certificate?: string;
  person?: string;
  proof?: string;
  app?: string;
  by?: string;
  department?: string;
  matter?: string;
  call?: string;
  /** By whom it is seen: see `actScopes`. */
  within: readonly string[];
  rest: JsonObject;
}

export const ACTS: CollectionSpec = {
  name: "supervision_acts",
  // Each ends with the reach of who asks: it is a part of the query, and behind it documents come by key, which is by time.
  indexes: [
    { name: "within", fields: ["within"], many: true },
    { name: "certificate", fields: ["certificate", "within"], many: true },
    { name: "person", fields: ["person", "within"], many: true },
    { name: "app", fields: ["app", "within"], many: true },
    { name: "kind", fields: ["kind", "within"], many: true },
  ],
};

/** How far a stream of lines has come; `_id` is its name. */
export interface StreamDocument extends Stored {
  n: number;
  hash: string;
}

export const STREAMS: CollectionSpec = { name: "supervision_streams", indexes: [] };

/** What was done, and how far it has been told. */
export interface Acts {
  acts: GuardedCollection<ActDocument>;
  streams: MadeAnew<StreamDocument>;
}

/** Opens both. An act that cannot be read is set aside (place `store`); a stream whose place cannot be read is told again, which changes nothing. */
export async function openActs(runtime: Pick<Runtime, "store" | "setAside">): Promise<Acts> {
  const { store, setAside } = runtime;
  const collection = await store.collection<ActDocument>(ACTS);
  const acts = guardedCollection<ActDocument>({ collection, setAside, place: "store", source: ACTS.name, check });
  const streams = await openMadeAnew<StreamDocument>(runtime, STREAMS, ({ n, hash }) => {
    if (Number.isSafeInteger(n) && typeof hash === "string") return;
    throw new Refusal("RECORD_UNREADABLE", "the place of a stream lacks members or has wrong ones");
  });
  return { acts, streams };
}

function check({ kind, within, rest, ...texts }: ActDocument): void {
  const { certificate, person, proof, app, by, department, matter, call } = texts;
  const isText = (text: unknown) => text === undefined || typeof text === "string";
  const sound = [certificate, person, proof, app, by, department, matter, call].every(isText);
  if (sound && typeof kind === "string" && Array.isArray(within) && rest !== null && typeof rest === "object") return;
  throw new Refusal("RECORD_UNREADABLE", "the act lacks members or has wrong ones");
}
