import { Refusal } from "../../domain/refusal.ts";
import { type GuardedCollection, guardedCollection } from "../../event/guarded-collection.ts";
import type { Runtime } from "../../node/runtime.ts";
import type { CollectionSpec, Stored } from "../../store/port.ts";
import { isShown, isTime, type ShownCertificate } from "./session-record.ts";

/** A one-time code as it is kept; `_id` is its SHA-256. */
export interface CodeDocument extends Stored, ShownCertificate {
  account: string;
  /** What the browser said when it began; it holds the nonce of which this is the digest. */
  state: string;
  /** RFC 3339, as the next one. */
  given: string;
  ends: string;
}

export const SIGN_IN_CODES: CollectionSpec = {
  name: "identity_codes",
  indexes: [
    { name: "accounts", fields: ["account", "ends"] },
    { name: "ends", fields: ["ends"] },
  ],
};

/** Opens the codes. One that cannot be read is set aside (place `store`), and begins no session. */
export async function openSignInCodes({
  store,
  setAside,
}: Pick<Runtime, "store" | "setAside">): Promise<GuardedCollection<CodeDocument>> {
  const collection = await store.collection<CodeDocument>(SIGN_IN_CODES);
  return guardedCollection({ collection, setAside, place: "store", source: SIGN_IN_CODES.name, check: checkCode });
}

function checkCode(code: CodeDocument): void {
  const { account, state, given, ends } = code;
  const sound =
    [account, state].every((text) => typeof text === "string") && [given, ends].every(isTime) && isShown(code);
  if (!sound) throw new Refusal("RECORD_UNREADABLE", "the code lacks members or has wrong ones");
}
