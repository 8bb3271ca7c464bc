import type { Role } from "./role.ts";

/** Nobody in particular: a caller without proof of who it is. */
export interface PublicActor {
  kind: "public";
}

/** A department's app, by access token (5.9.3). */
export interface AppActor {
  kind: "app";
  /** AppKey. */
  app: string;
  /** Unified social credit code of its department. */
  department: string;
  /** Node (division code) that issued the token. */
  node: string;
  scopes: readonly string[];
  /** Calls in a minute that one process serves it, as its token says. Absent in tokens of before: the default. */
  callsPerMinute?: number;
}

/** A holder of certificates, signed in at the portal's identity provider (5.5.2). */
export interface HolderActor {
  kind: "holder";
  /** Code type and code of the holder, as in GB/T 36903 Annex A. */
  codeType: string;
  code: string;
  name: string;
  /** Issuer of the token that proves it: the identity provider that the holder signed in at. */
  provider: string;
  /** The natural person who acts for an organisation. */
  acting?: { codeType: string; code: string; name: string };
}

/** A member of staff in a session, begun with the certificate key or, for some accounts, by a password (5.9.2). */
export interface StaffActor {
  kind: "staff";
  /** Division code of the node that keeps the account. */
  node: string;
  /** Identifier of the account, `440100-zhang-san`. */
  account: string;
  name: string;
  /** Unified social credit code of the department or management body. */
  department: string;
  /** Division that the department serves. */
  division: string;
  roles: readonly Role[];
  /** Identifier of the session in which it acts, which signs nobody in. */
  session?: string;
}

/**
 * A program, or an operator at a shell, by client certificate `ecert://<node>/<kind>/<name>`. `service` is a service of this
 * node, `node` a service of another node.
 */
export interface MachineActor {
  kind: "service" | "node" | "agent" | "operator";
  /** Division code of its node. */
  node: string;
  name: string;
}

/** Who does a thing. The kind follows from how it proved itself. */
export type Actor = PublicActor | AppActor | HolderActor | StaffActor | MachineActor;

/** Kinds of actor, in the order in which people list them. */
export const ACTOR_KINDS = ["public", "app", "holder", "staff", "service", "node", "agent", "operator"] as const;

/** Kind of an actor. */
export type ActorKind = (typeof ACTOR_KINDS)[number];
