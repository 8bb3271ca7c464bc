import type { JsonObject } from "../../domain/canonical.ts";
import {
  OPENING_REQUEST,
  type OpeningRequestAction,
  type OpeningRequestState,
} from "../../domain/opening-procedure.ts";
import { Refusal } from "../../domain/refusal.ts";
import { type GuardedCollection, guardedCollection } from "../../event/guarded-collection.ts";
import type { Runtime } from "../../node/runtime.ts";
import type { CollectionSpec } from "../../store/port.ts";
import { CASE_INDEXES, type CaseDocument, checkCase } from "../cases/case-record.ts";
import type { CasePaper } from "../papers/paper-record.ts";
import { wantedIn } from "./request-view.ts";

/** A record as it stood: how often it was changed (0: it was not there), and what it said. */
export interface Prior {
  changes: number;
  value?: JsonObject;
}

/** A request for an opening; `_id` is the id that its beginner chose. */
export interface OpeningRequestDocument extends CaseDocument<OpeningRequestState, OpeningRequestAction> {
  /** JSON form of what is asked for, an `OpeningRequest` without what the service sets. */
  wanted: JsonObject;
  papers: readonly CasePaper[];
  /** For how many departments it stands in the catalog. */
  carried: number;
  /** For how many it may stand there: kept, with what stood before, before the first of them is brought in. Absent: for those that were carried. */
  begun?: number;
  /** What stood before of these, in their order, until it is done or taken back. */
  prior?: readonly Prior[];
  /** For how many departments it was taken back, when it was sent back half-way. */
  takenBack?: number;
  /** What it is about while it is open: one at a time, by a unique index. */
  open?: string | undefined;
}

export const OPENING_REQUESTS: CollectionSpec = {
  name: "governance_opening_requests",
  indexes: [...CASE_INDEXES, { name: "open", fields: ["open"], unique: true }],
};

/** Opens the requests. One that cannot be read is set aside (place `registry`). */
export async function openOpeningRequests({
  store,
  setAside,
}: Pick<Runtime, "store" | "setAside">): Promise<GuardedCollection<OpeningRequestDocument>> {
  const collection = await store.collection<OpeningRequestDocument>(OPENING_REQUESTS);
  const parts = { collection, setAside, place: "registry", source: OPENING_REQUESTS.name } as const;
  return guardedCollection({ ...parts, check: checkRequest });
}

function checkRequest(document: OpeningRequestDocument): void {
  checkCase(document, OPENING_REQUEST.states);
  wantedIn(document);
  if (!Array.isArray(document.papers) || !Number.isSafeInteger(document.carried)) {
    throw new Refusal("RECORD_UNREADABLE", "the request lacks members or has wrong ones");
  }
}
