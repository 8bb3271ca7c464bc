import { StatusService } from "../../../proto/gen/ecert/sync/v1/status_service_pb.ts";
import { type ListedKey, type NodeKeyList, readNodeKeyList } from "../../statement/node-key-list.ts";
import type { CatalogContext } from "../context.ts";
import { putKey } from "../issuers/node-keys.ts";
import type { StoredNodeKey } from "../stored/province-records.ts";

/** Longest time for the answer of a node. */
const ANSWER_MS = 15_000;

/**
 * The list of nodes' keys that a node passes on, if this province signed it. Throws `PEER_AWAY` where the node cannot be asked, and what
 * `readNodeKeyList` does.
 */
export async function listOfKeys({ runtime }: CatalogContext, peer: string): Promise<NodeKeyList> {
  const own = runtime.config.node.code;
  const statuses = runtime.client(StatusService, { peer, service: "sync" });
  const { keys } = await statuses.getNodeKeys({}, { timeoutMs: ANSWER_MS, signal: runtime.signal });
  return readNodeKeyList(keys, own, (signed, signature) => runtime.verifyNode(own, signed, signature));
}

/**
 * Takes back what a list says of nodes' keys and is not known here; resolves to how many keys that were. A key that was lost stays lost.
 * `dryRun` only looks.
 */
export async function restoreKeys(context: CatalogContext, list: NodeKeyList, dryRun: boolean): Promise<number> {
  let restored = 0;
  for (const [node, keys] of Object.entries(list.nodes)) {
    for (const said of keys) {
      const known = (await context.nodeKeys.get(node))?.keys.find(({ key }) => key === said.key);
      if (known && merged(known, said, list.builtAt) === known) continue;
      restored += 1;
      if (!dryRun) await putKey(context, node, (now) => merged(now, said, list.builtAt), said.key);
    }
  }
  return restored;
}

/** The same object where the list says nothing that is not known. */
function merged(known: StoredNodeKey | undefined, said: ListedKey, builtAt: string): StoredNodeKey {
  if (!known) return said;
  // A key that this process has found in its configuration and taken for a new one.
  const since = known.since > builtAt ? said.since : known.since;
  const until = known.until ?? said.until;
  const lost = said.compromised === true && known.compromised !== true;
  if (since === known.since && until === known.until && !lost) return known;
  return { ...known, since, ...(until !== undefined && { until }), ...(lost && { compromised: true as const }) };
}
