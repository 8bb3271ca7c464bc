import { instantOf } from "../../domain/instant.ts";
import { Refusal } from "../../domain/refusal.ts";
import { type GuardedCollection, guardedCollection } from "../../event/guarded-collection.ts";
import type { StaffConfig } from "../../host/staff-config.ts";
import type { Runtime } from "../../node/runtime.ts";
import type { CollectionSpec, Stored } from "../../store/port.ts";

/** The certificate with which somebody signed in, kept so that it can be judged again. */
export interface ShownCertificate {
  /** SHA-256 of the certificate (DER), lower-case hex. */
  fingerprint: string;
  /** DER, Base64; then those of the authorities that came with it. */
  certificates: readonly string[];
}

/** By what somebody signed in. */
export interface SignInProof extends ShownCertificate {
  /** By a password: `fingerprint` is its mark (`passwords/password-record.ts`), and there are no certificates. Absent: by the certificate. */
  proof?: "password";
}

/** A session as it is kept; `_id` is the SHA-256 of its cookie, which itself is nowhere. */
export interface SessionDocument extends Stored, SignInProof {
  account: string;
  /** RFC 3339, as the next ones. */
  begun: string;
  /** When it was last used, to the minute. */
  seen: string;
  /** When it ends unless it is used. */
  ends: string;
  /** Program that it began with, as it says of itself. */
  agent: string;
  /** Address that it began from. */
  address: string;
}

export const SESSIONS: CollectionSpec = {
  name: "identity_sessions",
  indexes: [
    { name: "accounts", fields: ["account", "begun"] },
    { name: "ends", fields: ["ends"] },
  ],
};

/** Opens the sessions. One that cannot be read is set aside (place `store`), and nobody is signed in by it. */
export async function openSessions({
  store,
  setAside,
}: Pick<Runtime, "store" | "setAside">): Promise<GuardedCollection<SessionDocument>> {
  const collection = await store.collection<SessionDocument>(SESSIONS);
  return guardedCollection({ collection, setAside, place: "store", source: SESSIONS.name, check: checkSession });
}

/** When a session ends unless it is used: idle, or in any case, whichever comes first. */
export function endOf(
  { begun, seen }: Pick<SessionDocument, "begun" | "seen">,
  { idleSeconds, absoluteSeconds }: Pick<StaffConfig, "idleSeconds" | "absoluteSeconds">,
): Date {
  return new Date(Math.min(instantOf(begun) + absoluteSeconds * 1_000, instantOf(seen) + idleSeconds * 1_000));
}

function checkSession(session: SessionDocument): void {
  const { account, begun, seen, ends, agent, address } = session;
  const texts = [account, agent, address].every((text) => typeof text === "string");
  const sound = texts && [begun, seen, ends].every(isTime) && (isShown(session) || isPassword(session));
  if (!sound) throw new Refusal("RECORD_UNREADABLE", "the session lacks members or has wrong ones");
}

/** Whether what is stored of a shown certificate is one. */
export function isShown({ fingerprint, certificates }: ShownCertificate): boolean {
  return (
    typeof fingerprint === "string" &&
    Array.isArray(certificates) &&
    certificates.length > 0 &&
    certificates.every((der) => typeof der === "string")
  );
}

function isPassword({ proof, fingerprint, certificates }: SignInProof): boolean {
  return proof === "password" && typeof fingerprint === "string" && Array.isArray(certificates) && !certificates.length;
}

/** Whether a stored member is a time. */
export function isTime(text: unknown): boolean {
  return typeof text === "string" && !Number.isNaN(instantOf(text));
}
