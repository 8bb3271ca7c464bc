import type { StatusBundle } from "../status-bundle.ts";
import type { StatusSource } from "./sources.ts";

/**
 * States out of a status bundle. A certificate that it does not list is in force as of its day if the bundle covers it: its
 * node is one of those looked at, and it was signed before the bundle was made. Otherwise the bundle cannot tell.
 */
export function statusFromBundle(bundle: StatusBundle): StatusSource {
  const asOf = new Date(bundle.head.builtAt);
  const covered = new Set(bundle.head.nodes.map(({ node }) => node));
  return {
    statusOf: async (identifier, { node, signedAt }) => {
      const listed = bundle.stateOf(identifier);
      if (listed !== undefined) return { state: listed, source: "bundle", asOf };
      if (node === undefined || !covered.has(node) || signedAt === undefined || signedAt > asOf) return undefined;
      return { state: "issued", source: "bundle", asOf };
    },
  };
}
