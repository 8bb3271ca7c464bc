import type { Runtime } from "../runtime/runtime.ts";
import { LISTED_STATES, type ListedState, writeStatusBundle } from "../trust/status-bundle.ts";
import type { Archive } from "./archive.ts";
import type { SyncOptions } from "./options.ts";
import { linkedPeers } from "./topology.ts";

/** A published status bundle. */
export interface PublishedBundle {
  bytes: Uint8Array;
  /** RFC 3339, UTC: when it was begun, so that nothing issued later counts as covered. */
  builtAt: string;
}

/** Publishes which certificates are not in force. */
export interface StatusPublisher {
  /** The last bundle, or a new one where that is too old. Calls that come while one is made wait for the same. */
  current(): Promise<PublishedBundle>;
}

/**
 * Creates the publisher of a province. A bundle covers the nodes whose certificates the archive keeps, each by the digest
 * over its archive; what the province itself issued is not in that archive and not covered.
 */
export function createStatusPublisher(runtime: Runtime, archive: Archive, options: SyncOptions): StatusPublisher {
  const { config, log } = runtime;
  let last: PublishedBundle | undefined;
  let making: Promise<PublishedBundle> | undefined;

  async function make(): Promise<PublishedBundle> {
    const builtAt = runtime.now().toISOString();
    const nodes = [];
    for (const { node } of linkedPeers(config)) {
      const { buckets, root } = await archive.digests.buckets(node);
      const records = buckets.reduce((sum, { count }) => sum + count, 0);
      if (records > 0) nodes.push({ node, records, root });
    }
    const listed: Record<ListedState, string[]> = { suspended: [], revoked: [], superseded: [] };
    for (const state of LISTED_STATES) {
      for await (const identifier of archive.inState(state)) listed[state].push(identifier);
    }
    const head = { publisher: config.node.code, builtAt, nodes };
    const bytes = writeStatusBundle(head, listed, runtime.randomBytes(16), (signed) => runtime.nodeKey.sign(signed));
    const counts = Object.fromEntries(LISTED_STATES.map((state) => [state, listed[state].length]));
    log.info({ bytes: bytes.length, ...counts }, "a status bundle was made");
    return { bytes, builtAt };
  }

  return {
    async current() {
      if (last && runtime.now().getTime() - Date.parse(last.builtAt) < options.statusBundleMs) return last;
      making ??= make().finally(() => {
        making = undefined;
      });
      last = await making;
      return last;
    },
  };
}
