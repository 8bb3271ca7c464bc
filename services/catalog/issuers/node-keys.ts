import type { MessageInitShape } from "@bufbuild/protobuf";
import type { NodeKeySchema } from "../../../proto/gen/ecert/catalog/v1/issuer_service_pb.ts";
import { Refusal } from "../../domain/refusal.ts";
import { isProvince } from "../../host/place.ts";
import type { CatalogContext } from "../context.ts";
import type { NodeKeysDocument, StoredNodeKey } from "../stored/province-records.ts";
import { changed } from "./owners.ts";

/** Keys of one node: more than are ever rotated, and the list stays small. */
export const MAX_NODE_KEYS = 100;

/**
 * Since when the first key of a node that the province lists by itself counts: before it kept the list, that key signed whatever the
 * node signed.
 */
export const EVER = "2000-01-01T00:00:00.000Z";

/** Puts a key among those of its node, in the place of itself; oldest first. Throws `TOO_LARGE` where there are too many. */
export function withKey(keys: readonly StoredNodeKey[], put: StoredNodeKey): readonly StoredNodeKey[] {
  const others = keys.filter(({ key }) => key !== put.key);
  if (others.length >= MAX_NODE_KEYS) throw new Refusal("TOO_LARGE", `a node has ${MAX_NODE_KEYS} keys at most`);
  return [...others, put].sort((a, b) => (a.since < b.since ? -1 : a.since > b.since ? 1 : 0));
}

/** Stores what is said of one key of a node, with evidence. The same again changes nothing. */
export function putKey(
  context: CatalogContext,
  node: string,
  keyAfter: (known: StoredNodeKey | undefined, all: readonly StoredNodeKey[]) => StoredNodeKey | undefined,
  key: string,
): Promise<NodeKeysDocument> {
  return changed(context, context.nodeKeys, node, async (old): Promise<NodeKeysDocument> => {
    const all = old?.keys ?? [];
    const known = all.find((one) => one.key === key);
    const put = keyAfter(known, all);
    if (old && (put === undefined || (known && same(known, put)))) return old;
    const keys = put === undefined ? all : withKey(all, put);
    if (put) await context.runtime.evidence.append("node-key-put", { node, ...put });
    return { _id: node, revision: old?.revision ?? 1, key: node, keys };
  });
}

/**
 * Lists the keys of this node and its peers that the configuration names, at the province: a node's first key from the beginning on,
 * later ones from now on. What is listed already stays as it is.
 */
export async function listConfiguredKeys(context: CatalogContext): Promise<void> {
  const { runtime } = context;
  if (!isProvince(runtime.config.node)) return;
  for (const node of [runtime.config.node.code, ...runtime.config.peers.map((peer) => peer.node)]) {
    const raw = runtime.nodePublicKey(node);
    if (!raw) continue;
    const key = Buffer.from(raw).toString("base64url");
    const since = (all: readonly StoredNodeKey[]) => (all.length === 0 ? EVER : runtime.now().toISOString());
    try {
      await putKey(context, node, (known, all) => known ?? { key, since: since(all) }, key);
    } catch (error) {
      // What is stored of one node and cannot be read is set aside; it keeps neither the others nor the service.
      if (!(error instanceof Refusal) || error.reason !== "RECORD_UNREADABLE") throw error;
      runtime.log.error({ node, cause: error.message }, "the keys of a node cannot be listed");
    }
  }
}

/** The contract's view of the keys of one node. */
export function keysIn({ key: node, keys }: NodeKeysDocument) {
  return keys.map(
    ({ key, since, until = "", compromised = false }): MessageInitShape<typeof NodeKeySchema> => ({
      node,
      publicKey: Buffer.from(key, "base64url"),
      since,
      until,
      compromised,
    }),
  );
}

function same(a: StoredNodeKey, b: StoredNodeKey): boolean {
  return a.since === b.since && a.until === b.until && a.compromised === b.compromised;
}
