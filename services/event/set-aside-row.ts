import { sha256Hex } from "../domain/canonical.ts";
import { isReason, type Reason } from "../domain/reason.ts";
import { Refusal } from "../domain/refusal.ts";
import type { CollectionSpec, Stored } from "../store/port.ts";

/** Where something was set aside, as `SetAsidePlace` of the contract and the label of the metric have it. */
export const PLACES = ["outbox", "inbox", "registry", "archive", "store"] as const;
export type Place = (typeof PLACES)[number];

/** Something that cannot be read or applied. */
export interface SetAsideEntry {
  place: Place;
  /** Collection or stream that it lies in. Names the retry: see {@link SetAside.onRetry}. */
  source: string;
  /** Node that it came from or was meant for. Absent: this one alone is concerned. */
  node?: string;
  /** Key of the document or event. */
  key: string;
  reason: Reason;
  /** The case, in English. MUST NOT name a person. */
  detail: string;
  /** Given where it cannot be read again where it lies. Kept up to {@link KEPT_BYTES}, else only its digest. */
  content?: Uint8Array;
}

/** An entry as it is kept. `_id` follows from place, source, node and key; of the inbox also from the content. */
export interface SetAsideRow extends Stored {
  place: Place;
  source: string;
  /** Empty: this node alone is concerned. */
  node: string;
  key: string;
  reason: Reason;
  detail: string;
  /** RFC 3339. */
  since: string;
  /** Times that it was tried, the first included. */
  tries: number;
  contentSha256?: string;
  /** Base64. */
  content?: string;
  /** 1 where the content is kept: what an index counts. */
  kept?: 1;
  /** Why content that was given is not kept: it is larger than {@link KEPT_BYTES}, or there was no room. Absent in rows of before. */
  lacks?: "size" | "room";
}

export const SET_ASIDE: CollectionSpec = {
  name: "set_aside",
  indexes: [
    { name: "since", fields: ["since"] },
    { name: "place", fields: ["place"] },
    { name: "node", fields: ["node", "since"] },
    { name: "key", fields: ["place", "source", "node", "key"] },
    { name: "kept", fields: ["kept"] },
    { name: "keptOf", fields: ["node", "kept"] },
  ],
};

/** Content beyond this is not kept, only its digest: the source of an event sends it again, a document lies where it lies. */
export const KEPT_BYTES = 256 << 10;

const DETAIL_LENGTH = 500;
const KEY_LENGTH = 300;

/** The row of an entry. Without `keepContent` only the digest of its content stays. */
export function rowOf(entry: SetAsideEntry, since: Date, keepContent: boolean): SetAsideRow {
  const { place, source, node = "", reason, content } = entry;
  const key = entry.key.toWellFormed().replaceAll("\0", "").slice(0, KEY_LENGTH);
  const contentSha256 = content && sha256Hex(content);
  const identity = [place, source, node, entry.key.toWellFormed(), ...(place === "inbox" ? [contentSha256] : [])];
  const detail = entry.detail.toWellFormed().replaceAll("\0", "").slice(0, DETAIL_LENGTH);
  const row = { place, source, node, key, reason, detail, since: since.toISOString(), tries: 1 };
  return {
    _id: sha256Hex(JSON.stringify(identity)),
    revision: 1,
    ...row,
    ...(contentSha256 && { contentSha256 }),
    ...(content && keptOf(content, keepContent)),
  };
}

function keptOf(content: Uint8Array, hasRoom: boolean): Pick<SetAsideRow, "content" | "kept" | "lacks"> {
  if (content.length > KEPT_BYTES) return { lacks: "size" };
  return hasRoom ? { content: Buffer.from(content).toString("base64"), kept: 1 } : { lacks: "room" };
}

/**
 * The content of a row, for a retry. Throws where it was not kept, and says why: `TOO_LARGE`, or `STORE_FULL` where there was no room
 * beside other content (of its node or of all).
 */
export function contentOf({ key, content, lacks }: SetAsideRow): Uint8Array {
  if (content !== undefined) return Buffer.from(content, "base64");
  const remedy = "it can be applied only when its source sends it again";
  if (lacks === "size")
    throw new Refusal(
      "TOO_LARGE",
      `the content of ${key} is larger than ${KEPT_BYTES} bytes and was not kept: ${remedy}`,
    );
  if (lacks === "room")
    throw new Refusal(
      "STORE_FULL",
      `there was no room to keep the content of ${key} beside what is kept already: ${remedy}`,
    );
  throw new Refusal("STATE_CONFLICT", `the content of ${key} was not kept: ${remedy}`);
}

/**
 * Reason and sentence of what was thrown while something was read or applied. Parsers quote what they read, which may be
 * personal: of what is no refusal only the kind of error is told, and the field where a contract's decoder names one.
 */
export function causeOf(thrown: unknown): { reason: Reason; detail: string } {
  if (thrown instanceof Refusal) return { reason: thrown.reason, detail: thrown.message };
  const { name, message } = thrown instanceof Error ? thrown : { name: typeof thrown, message: "" };
  const field = /\bfield (ecert\.[\w.]+)/.exec(message)?.[1];
  return { reason: "RECORD_UNREADABLE", detail: `cannot be read: ${name}${field ? ` at ${field}` : ""}` };
}

/** Whether a stored row is one: what a list of the unreadable holds may itself have become unreadable. */
export function isWhole(row: Partial<Record<keyof SetAsideRow, unknown>>): row is SetAsideRow {
  const texts = [row.source, row.node, row.key, row.detail, row.since, row.content ?? "", row.contentSha256 ?? ""];
  return (
    texts.every((text) => typeof text === "string") &&
    (PLACES as readonly unknown[]).includes(row.place) &&
    isReason(String(row.reason)) &&
    Number.isSafeInteger(row.tries)
  );
}
