import { instantOf } from "../../domain/instant.ts";
import type { Reach } from "../../domain/permit.ts";
import { Refusal } from "../../domain/refusal.ts";
import { isRole, type Role } from "../../domain/role.ts";
import { type GuardedCollection, guardedCollection } from "../../event/guarded-collection.ts";
import type { Runtime } from "../../node/runtime.ts";
import type { CollectionSpec, Query, Stored } from "../../store/port.ts";

/** A certificate that signs in to an account. */
export interface BoundCertificateRecord {
  /** SHA-256 of the certificate (DER), lower-case hex. */
  fingerprint: string;
  subject: string;
  /** RFC 3339, as the next one. */
  expires: string;
  bound: string;
  /** Social credit code of the department that it names; absent where it names none. */
  department?: string;
}

/** An account as it is kept; `_id` is its id. */
export interface AccountDocument extends Stored {
  /** Its id again, for the indexes. */
  account: string;
  name: string;
  department: string;
  /** Division that the department serves; see `follow-divisions.ts`. */
  division: string;
  roles: readonly Role[];
  disabled: boolean;
  /** When it was last taken into use again, RFC 3339: no session of before comes back with it. */
  reopened?: string;
  certificates: readonly BoundCertificateRecord[];
  /** Fingerprints of {@link certificates}, for the index. */
  fingerprints: readonly string[];
  /** The last statement of its department's institution certificate that counted for it (5.8.3). */
  activated?: { time: string; sha256: string };
  /** The one with which the node began. */
  first?: typeof FIRST;
}

/** One account of a node at most bears it, by a unique index. */
export const FIRST = "administrator";

export const ACCOUNTS: CollectionSpec = {
  name: "identity_accounts",
  indexes: [
    { name: "all", fields: ["account"] },
    { name: "departments", fields: ["department", "division", "account"] },
    { name: "divisions", fields: ["division", "account"] },
    { name: "fingerprints", fields: ["fingerprints"], unique: true, many: true },
    { name: "roles", fields: ["roles"], many: true },
    { name: "first", fields: ["first"], unique: true },
  ],
};

/** Opens the accounts. One that cannot be read is set aside (place `registry`), and nobody signs in to it. */
export async function openAccounts({
  store,
  setAside,
}: Pick<Runtime, "store" | "setAside">): Promise<GuardedCollection<AccountDocument>> {
  const collection = await store.collection<AccountDocument>(ACCOUNTS);
  return guardedCollection({ collection, setAside, place: "registry", source: ACCOUNTS.name, check: checkAccount });
}

/** The part of a query that holds it to what a caller may meet, of one department where that is asked for; `undefined`: nothing is. */
export function withinReach(reach: Reach, department: string): Omit<Query, "limit" | "after"> | undefined {
  const ofDepartment = department === "" ? [] : [department];
  switch (reach.kind) {
    case "all":
      return department === "" ? { index: "all" } : { index: "departments", equals: ofDepartment };
    case "department":
      if (department !== "" && department !== reach.department) return undefined;
      return { index: "departments", equals: [reach.department] };
    case "division": {
      const index = department === "" ? "divisions" : "departments";
      return { index, equals: ofDepartment, from: reach.prefix, to: `${reach.prefix}:` };
    }
    case "account":
      return { index: "all", equals: [reach.account] };
  }
}

function checkAccount({
  account,
  name,
  department,
  division,
  roles,
  disabled,
  certificates,
  fingerprints,
  reopened,
  activated,
  first,
}: AccountDocument) {
  const sound =
    [account, name, department, division].every((text) => typeof text === "string") &&
    typeof disabled === "boolean" &&
    Array.isArray(roles) &&
    roles.every(isRole) &&
    Array.isArray(fingerprints) &&
    (reopened === undefined || !Number.isNaN(instantOf(reopened))) &&
    (activated === undefined || [activated?.time, activated?.sha256].every((text) => typeof text === "string")) &&
    (first === undefined || first === FIRST) &&
    Array.isArray(certificates) &&
    certificates.every((one) => [one?.fingerprint, one?.subject, one?.expires].every((it) => typeof it === "string"));
  if (!sound) throw new Refusal("RECORD_UNREADABLE", "the account lacks members or has wrong ones");
}
