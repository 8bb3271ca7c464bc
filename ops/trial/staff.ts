import type { NodeConfig } from "../../services/host/config.ts";
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

/** Where a process of a node has its pages, and whose certificates sign in there. */
export function staffConfig(
  node: Pick<TrialNode, "code">,
  { connect, signIn }: { connect: string; signIn: string },
  { root, revocationList }: StaffFiles,
): Required<Pick<NodeConfig, "staff">> {
  const origin = (address: string) => `https://${hostOf(node)}:${address.split(":").at(-1)}`;
  return {
    staff: {
      origin: origin(connect),
      signInOrigin: origin(signIn),
      authorities: { anchorFiles: [root], revocationListFiles: [revocationList] },
      idleSeconds: 1_800,
      absoluteSeconds: 43_200,
    },
  };
}
