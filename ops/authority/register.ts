import { readdirSync } from "node:fs";
import { join } from "node:path";
import { Refusal } from "../../services/domain/refusal.ts";
import { REVOCATION_CAUSES, type RevocationCause } from "../../services/trust/crl.ts";
import { makeDirectory, readIfPresent, writeAtomically } from "./disk.ts";

/** The authorities of a trial; `staff` is a root of its own, the last two are the national hierarchy, whose keys are SM2. */
export type Issuer = "root" | "mesh" | "signing" | "staff" | "root-sm2" | "signing-sm2";

/** What the register keeps of one certificate. Times are ISO 8601 in UTC. */
export interface RegisterEntry {
  /** Lower-case hex. */
  serial: string;
  issuer: Issuer;
  /** For people: common name, or the URI of a service. */
  subject: string;
  notBefore: string;
  notAfter: string;
  revoked?: { at: string; cause: RevocationCause };
}

/** The certificates that were issued: one file each, so that two processes never write the same file for two reasons. */
export interface Register {
  record(entry: RegisterEntry): void;
  /** All entries, oldest first. */
  list(): RegisterEntry[];
  /** Marks a certificate revoked. The first revocation stands. Refuses (`CERTIFICATE_UNKNOWN`) a foreign serial. */
  revoke(serial: string, cause: RevocationCause, at: Date): RegisterEntry;
}

/** Opens the register in a directory, making it where it is absent. */
export function openRegister(directory: string): Register {
  makeDirectory(directory);
  const fileOf = (serial: string): string => join(directory, `${serial}.json`);
  const record = (entry: RegisterEntry): void => {
    writeAtomically(fileOf(entry.serial), `${JSON.stringify(entry, null, 2)}\n`);
  };
  const read = (serial: string): RegisterEntry | undefined => {
    const text = readIfPresent(fileOf(serial));
    return text === undefined ? undefined : (JSON.parse(text) as RegisterEntry);
  };
  return {
    record,
    list: () =>
      readdirSync(directory)
        .filter((name) => name.endsWith(".json"))
        .flatMap((name) => read(name.slice(0, -".json".length)) ?? [])
        .sort((a, b) =>
          a.notBefore < b.notBefore ? -1 : a.notBefore > b.notBefore ? 1 : a.serial < b.serial ? -1 : 1,
        ),
    revoke: (serial, cause, at) => {
      const entry = /^[0-9a-f]+$/.test(serial) ? read(serial) : undefined;
      if (entry === undefined) throw new Refusal("CERTIFICATE_UNKNOWN", `no certificate ${serial} was issued here`);
      if (entry.revoked !== undefined) return entry;
      const revoked: RegisterEntry = { ...entry, revoked: { at: at.toISOString(), cause } };
      record(revoked);
      return revoked;
    },
  };
}

/** Tells whether a text names a revocation cause. */
export function isCause(text: string): text is RevocationCause {
  return REVOCATION_CAUSES.some((cause) => cause === text);
}
