import { Refusal } from "../../domain/refusal.ts";
import type { Runtime } from "../../node/runtime.ts";
import type { CollectionSpec, Stored } from "../../store/port.ts";
import { type MadeAnew, openMadeAnew } from "../facts/made-anew.ts";

/** How far what a service had before this one was there has been brought over; `_id` is the service. */
export interface ProgressDocument extends Stored {
  /** Token of the next page. Absent: it begins. */
  after?: string;
  /** Records that were looked at, and those of them that cannot be counted. */
  looked: number;
  refused: number;
  /** RFC 3339, UTC. Absent: it is not done. */
  doneAt?: string;
}

export const HISTORY: CollectionSpec = { name: "supervision_history", indexes: [] };

/** Opens the progress. One that cannot be read is set aside (place `store`), and that service's history brought over again, which changes nothing. */
export function openProgress(runtime: Pick<Runtime, "store" | "setAside">): Promise<MadeAnew<ProgressDocument>> {
  const isText = (value: unknown) => value === undefined || typeof value === "string";
  return openMadeAnew(runtime, HISTORY, ({ after, looked, refused, doneAt }) => {
    if ([looked, refused].every(Number.isSafeInteger) && isText(after) && isText(doneAt)) return;
    throw new Refusal("RECORD_UNREADABLE", "the progress of a service's history lacks members or has wrong ones");
  });
}
