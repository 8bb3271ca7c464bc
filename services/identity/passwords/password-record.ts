import { sha256Hex } from "../../domain/canonical.ts";
import { instantOf } from "../../domain/instant.ts";
import { Refusal } from "../../domain/refusal.ts";
import { type GuardedCollection, guardedCollection } from "../../event/guarded-collection.ts";
import type { Runtime } from "../../node/runtime.ts";
import type { CollectionSpec, Stored } from "../../store/port.ts";
import { readHash } from "./password-hash.ts";

/** The password of an account as it is kept; `_id` is the account's id. */
export interface PasswordDocument extends Stored {
  /** A `start` password was drawn for its owner and signs nobody in; the one that the owner chose is `own`. */
  state: "start" | "own";
  /** Argon2id, PHC string format. */
  hash: string;
  /** Hashes of those before it that the owner chose, the newest first. */
  former: readonly string[];
  /** When it ends, RFC 3339. */
  ends: string;
  /** The sealed secret of the second factor; absent until it is enrolled. */
  secret?: string;
  /** Last step whose code was taken: a code signs in once. */
  usedStep: number;
  /** Wrong codes in a row that came with the right password. */
  missedCodes: number;
}

export const PASSWORDS: CollectionSpec = { name: "identity_passwords", indexes: [] };

/** Opens the passwords. One that cannot be read is set aside (place `registry`), and nobody signs in by it. */
export async function openPasswords({
  store,
  setAside,
}: Pick<Runtime, "store" | "setAside">): Promise<GuardedCollection<PasswordDocument>> {
  const collection = await store.collection<PasswordDocument>(PASSWORDS);
  return guardedCollection({ collection, setAside, place: "registry", source: PASSWORDS.name, check: checkPassword });
}

/** Passwords that its owner had last which may not come again, the present one among them. */
export const FORMER_PASSWORDS = 4;

/** Hashes of the passwords that the owner of an account had last, the newest first; one to start with is nobody's choice. */
export function hadPasswords({ state, hash, former }: PasswordDocument): string[] {
  return (state === "own" ? [hash, ...former] : [...former]).slice(0, FORMER_PASSWORDS);
}

/** What a session names that was begun by a password, in the place of a certificate's fingerprint: another password has another mark. */
export function passwordMark({ hash }: Pick<PasswordDocument, "hash">): string {
  return sha256Hex(Buffer.from(hash));
}

function checkPassword({ state, hash, former, ends, secret, usedStep, missedCodes }: PasswordDocument): void {
  const sound =
    (state === "start" || state === "own") &&
    Array.isArray(former) &&
    [hash, ...former].every((text) => typeof text === "string" && readHash(text)) &&
    typeof ends === "string" &&
    !Number.isNaN(instantOf(ends)) &&
    (secret === undefined ? state === "start" : typeof secret === "string") &&
    [usedStep, missedCodes].every((count) => Number.isSafeInteger(count) && count >= 0);
  if (!sound) throw new Refusal("RECORD_UNREADABLE", "the password lacks members or has wrong ones");
}
