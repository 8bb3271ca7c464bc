import type { StatusBundle } from "../status-bundle.ts";
import type { StatusSource } from "./sources.ts";

/**
 * States out of a status bundle. A certificate that it does not list is in force as of its day if the bundle covers it: its
 * node is one of those looked at, and it was signed before the bundle was made. Otherwise the bundle cannot tell.
 *
 * `province` is the node whose word the verifier takes for all others'. The bundle of any other node, or of any where none is
 * named, tells of that node's own certificates alone: else every node could have others' certificates pass, or fall.
 */
export function statusFromBundle(bundle: StatusBundle, province: string | undefined): StatusSource {
  const { publisher, nodes, builtAt } = bundle.head;
  const asOf = new Date(builtAt);
  const covered = new Set(nodes.map(({ node }) => node));
  return {
    statusOf: async (identifier, { node, signedAt }) => {
      if (publisher !== province && publisher !== node) return undefined;
      const listed = bundle.stateOf(identifier);
      if (listed !== undefined) return { state: listed, source: "bundle", asOf };
      if (node === undefined || !covered.has(node) || signedAt === undefined || signedAt > asOf) return undefined;
      return { state: "issued", source: "bundle", asOf };
    },
  };
}
