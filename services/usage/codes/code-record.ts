import type { SealedAnswer } from "../../call/chain/sealed-answer.ts";
import { instantOf } from "../../domain/instant.ts";
import { Refusal } from "../../domain/refusal.ts";
import type { UsageGrant } from "../../domain/usage-grant.ts";
import { type GuardedCollection, guardedCollection } from "../../event/guarded-collection.ts";
import type { Runtime } from "../../node/runtime.ts";
import type { CollectionSpec, Stored } from "../../store/port.ts";

/** What people call a department and its matter. */
export interface UseNames {
  department: string;
  matter: string;
}

/** A use that was counted for a request with an id: the same request is the same use. */
export interface ClaimedUse {
  /** Digest of caller and request id. */
  request: string;
  /** Digest of all else that the request says. */
  content: string;
  /** Which use of the code it is. */
  use: number;
  /** RFC 3339. */
  at: string;
  /** What was answered, sealed, without the bulk. Absent until it is: then the use is gone on with. */
  answer?: SealedAnswer;
}

/**
 * A usage code as it is kept. `_id` is the code's digest: whoever reads the store cannot use a code. The grant tells what it
 * opens and holds the whole context (用证上下文) for the chain of evidence; `uses` in it grows with each use.
 */
export interface CodeDocument extends Stored {
  grant: UsageGrant;
  /** Node of the app: another one than ours means that the province stands in for it. */
  appNode: string;
  createdAt: string;
  /** Pages of lists of holders' certificates that the app may look up a day, as it was when the code was made. Absent in codes of before. */
  holdersPerDay?: number;
  /** Names of matter and department when the code was made, for the holder to read. Absent in codes of before. */
  names?: UseNames;
  /** Digest of caller and request id that made it: the same request is answered again by it. */
  request?: string;
  /** The answer, sealed: the code itself is readable for the caller who repeats the request, and for nobody else. */
  answer?: SealedAnswer;
  /** Uses that were counted for requests with ids; as many as the code has uses at most. */
  claims?: ClaimedUse[];
}

export const CODES: CollectionSpec = {
  name: "usage_codes",
  indexes: [
    { name: "ending", fields: ["grant.expiresAt"] },
    { name: "requests", fields: ["request"], unique: true },
  ],
  // Those of some minutes at a busy node: a code is read at each of its uses.
  remembered: 2_000,
};

/** Opens the codes. One that cannot be read is set aside (place `store`) and stops neither others nor the removal of old ones. */
export async function openCodes({
  store,
  setAside,
}: Pick<Runtime, "store" | "setAside">): Promise<GuardedCollection<CodeDocument>> {
  const collection = await store.collection<CodeDocument>(CODES);
  return guardedCollection({ collection, setAside, place: "store", source: CODES.name, check: checkCode });
}

function checkCode({ grant, appNode, createdAt, claims = [] }: CodeDocument): void {
  const { context, items, expiresAt, maxUses, uses } = grant ?? {};
  const { holder, matter } = context ?? {};
  const texts = [grant?.app, expiresAt, holder?.code, holder?.codeType, matter, appNode, createdAt];
  const sound =
    texts.every((text) => typeof text === "string") &&
    !Number.isNaN(instantOf(expiresAt)) &&
    [maxUses, uses].every(Number.isSafeInteger) &&
    Array.isArray(items) &&
    items.every((one) => typeof one?.item === "string" && Array.isArray(one.fields)) &&
    Array.isArray(claims) &&
    claims.every((one) => typeof one?.request === "string" && !Number.isNaN(instantOf(one.at))) &&
    items.every(({ files }) => files === undefined || Array.isArray(files));
  if (!sound) throw new Refusal("RECORD_UNREADABLE", "the usage code lacks members or has wrong ones");
}
