import type { Actor, MachineActor } from "../../domain/actor.ts";
import type { MachineName } from "../../host/machine-name.ts";

/** A caller in one word for logs: kind and name, never a person's code. */
export function callerName(caller: Actor): string {
  switch (caller.kind) {
    case "public":
      return "public";
    case "app":
      return `app/${caller.app}`;
    case "holder":
      return "holder";
    case "staff":
      return `staff/${caller.account}`;
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
): MachineActor | undefined {
  const picked = as === undefined ? names[0] : names.find(({ kind, name }) => kind === "service" && name === as);
  if (!picked) return undefined;
  const { node, kind, name } = picked;
  if (kind === "service") return { kind: node === ownNode ? "service" : "node", node, name };
  return { kind, node, name };
}
