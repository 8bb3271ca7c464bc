import type { MachineName } from "../../host/machine-name.ts";

/** Nobody in particular: a caller without proof of who it is. */
export interface PublicCaller {
  kind: "public";
}

/** A department's app, by access token (5.9.3). */
export interface AppCaller {
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
export interface HolderCaller {
  kind: "holder";
  /** Code type and code of the holder, as in GB/T 36903 Annex A. */
  codeType: string;
  code: string;
  name: string;
  /** The natural person who acts for an organisation. */
  acting?: { codeType: string; code: string; name: string };
}

/** A member of staff with a certificate key. */
export interface StaffCaller {
  kind: "staff";
  node: string;
  /** Name in the certificate, `ecert://<node>/staff/<name>`. */
  name: string;
}

/**
 * A program or an operator, by client certificate `ecert://<node>/<kind>/<name>`. `service` is a service of this node,
 * `node` a service of another node.
 */
export interface MachineCaller {
  kind: "service" | "node" | "agent" | "operator";
  /** Division code of its node. */
  node: string;
  name: string;
}

/** Who calls. The kind follows from how the caller proved itself. */
export type Caller = PublicCaller | AppCaller | HolderCaller | StaffCaller | MachineCaller;

/** A caller in one word for logs: kind and name, never a person's code. */
export function callerName(caller: Caller): string {
  switch (caller.kind) {
    case "public":
      return "public";
    case "app":
      return `app/${caller.app}`;
    case "holder":
      return "holder";
    default:
      return `${caller.kind}/${caller.node}/${caller.name}`;
  }
}

/**
 * The caller that a certificate's names prove. A process that mounts several services has several names; `as` picks the one
 * that it speaks as and must be among them. Without names of ours nobody is proven.
 */
export function callerOfNames(
  names: readonly MachineName[],
  ownNode: string,
  as: string | undefined,
): MachineCaller | StaffCaller | undefined {
  const picked = as === undefined ? names[0] : names.find(({ kind, name }) => kind === "service" && name === as);
  if (!picked) return undefined;
  const { node, kind, name } = picked;
  if (kind === "service") return { kind: node === ownNode ? "service" : "node", node, name };
  return { kind, node, name };
}
