import type { NodeConfig, ServiceName } from "../../services/host/config.ts";
import type { StaffFiles } from "./authority-files.ts";
import { EDITION, LINGHAI, PENGWAN, PROVINCE, type TrialNode } from "./plan.ts";

/** Names of nodes below `ecert.localhost`, by their codes. */
const LABELS: Readonly<Record<string, string>> = {
  [PROVINCE.code]: "province",
  [LINGHAI.code]: "linghai",
  [PENGWAN.code]: "pengwan",
  [EDITION.code]: "edition",
};

/**
 * Host name of a node, as browsers know it: one for each, since cookies ignore ports, so that at one name the sessions of all nodes would be
 * one. Browsers take every name below `localhost` for this machine.
 */
export function hostOf({ code }: Pick<TrialNode, "code">): string {
  return `${LABELS[code] ?? `n${code}`}.ecert.localhost`;
}

/** A node as far as staff sign in there: its processes, with the addresses of their listeners. */
interface StaffedNode {
  node: Pick<TrialNode, "code">;
  processes: readonly { services: readonly ServiceName[]; connect: string; signIn: string }[];
}

/** Origin of a node's listener, as browsers reach it. */
function originAt(node: Pick<TrialNode, "code">, address: string): string {
  return `https://${hostOf(node)}:${address.split(":").at(-1)}`;
}

/** Origin of a node's pages, at which they call all of its services, whichever process these are in. */
export function pageOf({ node, processes }: StaffedNode): string {
  return originAt(node, processes.find(({ services }) => services.includes("identity"))?.connect ?? "");
}

/** Origin at which a node asks for the certificates of its staff. */
export function signInOf({ node, processes }: StaffedNode): string {
  return originAt(node, processes.find(({ services }) => services.includes("identity"))?.signIn ?? "");
}

/** Where holders see their certificates, at a node that has the screens. */
export const minePage = (node: StaffedNode): string => `${pageOf(node)}/mine/`;

/** Where a process of a node has its pages, and whose certificates sign in there. */
export function staffConfig(
  node: Pick<TrialNode, "code">,
  { connect, signIn }: { connect: string; signIn: string },
  { root, revocationList }: StaffFiles,
): Required<Pick<NodeConfig, "staff">> {
  return {
    staff: {
      origin: originAt(node, connect),
      signInOrigin: originAt(node, signIn),
      authorities: { anchorFiles: [root], revocationListFiles: [revocationList] },
      idleSeconds: 1_800,
      absoluteSeconds: 43_200,
    },
  };
}
