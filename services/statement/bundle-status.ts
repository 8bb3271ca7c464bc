import { endedBefore } from "../domain/civil-date.ts";
import { instantOf } from "../domain/instant.ts";
import type { ListedState, OpenedBundle } from "./status-bundle.ts";
import type { StatusSource } from "./status-source.ts";

/** A bundle that tells states; browsers hash an identifier only later. */
export interface AskedBundle extends Pick<OpenedBundle, "head"> {
  stateOf(identifier: string): ListedState | undefined | Promise<ListedState | undefined>;
}

/**
 * States out of a status bundle. A certificate that it does not list is in force as of its day if the bundle covers it: its
 * node is one of those looked at, it was signed before the bundle was made, and its validity had not ended so long before that the
 * bundle leaves such out. Otherwise the bundle cannot tell: who judges as of a day when that certificate was still valid must
 * not take it for one in force.
 *
 * `province` is the node whose word the verifier takes for all others'. The bundle of any other node, or of any where none is
 * named, tells of that node's own certificates alone: else every node could have others' certificates pass, or fall.
 */
export function statusFromBundle(bundle: AskedBundle, province: string | undefined): StatusSource {
  const { publisher, nodes, builtAt, omitsEndedBefore } = bundle.head;
  const asOf = new Date(instantOf(builtAt));
  const covered = new Set(nodes.map(({ node }) => node));
  return {
    statusOf: async (identifier, { node, signedAt, validity }) => {
      if (publisher !== province && publisher !== node) return undefined;
      const listed = await bundle.stateOf(identifier);
      if (listed !== undefined) return { state: listed, source: "bundle", asOf };
      if (node === undefined || !covered.has(node) || signedAt === undefined || signedAt > asOf) return undefined;
      if (omitsEndedBefore !== undefined && (!validity || endedBefore(omitsEndedBefore, validity.validTo)))
        return undefined;
      return { state: "issued", source: "bundle", asOf };
    },
  };
}
