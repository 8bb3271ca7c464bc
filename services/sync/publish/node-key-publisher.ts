import type { NodeKey } from "../../../proto/gen/ecert/catalog/v1/issuer_service_pb.ts";
import { TermsService } from "../../../proto/gen/ecert/catalog/v1/terms_service_pb.ts";
import { StatusService } from "../../../proto/gen/ecert/sync/v1/status_service_pb.ts";
import { instantOf } from "../../domain/instant.ts";
import { rightTime } from "../../host/right-time.ts";
import type { Runtime } from "../../node/runtime.ts";
import { isListedKey, type ListedKey } from "../../statement/node-key-list.ts";
import { signedNodeKeyList } from "../../trust/node-key-list.ts";
import { openKeptNodeKeys, type PublishedNodeKeys } from "./kept-node-keys.ts";
import { type MadeAnew, madeAnew } from "./made-anew.ts";

/** Publishes which keys each node signs, and has signed, with. */
export type NodeKeyPublisher = MadeAnew<PublishedNodeKeys>;

/** A new list, or another look at the province's, after so long: a key that was lost is told within twice that. */
const FRESH_MS = 60_000;
const PAGE = 500;

/** Creates the publisher of the province: out of the keys that its catalog lists, signed by the province. */
export async function createNodeKeyPublisher(runtime: Runtime): Promise<NodeKeyPublisher> {
  const catalog = runtime.client(TermsService, "catalog");
  const publisher = runtime.config.node.code;
  return keptAnew(runtime, publisher, async () => {
    await runtime.standing.require();
    const builtAt = rightTime(runtime).toISOString();
    const found: NodeKey[] = [];
    for (let pageToken = ""; ; ) {
      const page = await catalog.listNodeKeys({ pageSize: PAGE, pageToken });
      found.push(...page.keys);
      pageToken = page.nextPageToken;
      if (pageToken === "") break;
    }
    const nodes = byNode(found, (fields) => runtime.log.error(fields, "a node's key cannot be published"));
    return signedNodeKeyList({ publisher, builtAt, nodes }, (bytes) => runtime.nodeKey.sign(bytes));
  });
}

/** Passes on what the province publishes, once its signature was checked. */
export async function passOnNodeKeys(runtime: Runtime, province: string): Promise<NodeKeyPublisher> {
  const statuses = runtime.client(StatusService, { peer: province, service: "sync" });
  return keptAnew(runtime, province, async () => (await statuses.getNodeKeys({})).keys);
}

/** What cannot be had now is answered with the last list that was: it says itself of when it is. */
async function keptAnew(
  runtime: Runtime,
  publisher: string,
  get: () => Promise<Uint8Array>,
): Promise<NodeKeyPublisher> {
  const kept = await openKeptNodeKeys(runtime, publisher);
  const make = async () => {
    try {
      return await kept.keep(await get());
    } catch (error) {
      const last = await kept.last();
      if (last === undefined) throw error;
      runtime.log.warn(
        { cause: String(error) },
        "the list of nodes' keys cannot be had now; the last one stays in use",
      );
      return last;
    }
  };
  return madeAnew(FRESH_MS, runtime.monotonic, make);
}

/** Rows as lists hold them, oldest first for each node. One that cannot be told is left out and keeps nobody else's from being told. */
function byNode(rows: readonly NodeKey[], onFault: (fields: object) => void): Record<string, ListedKey[]> {
  const nodes: Record<string, ListedKey[]> = {};
  for (const row of rows) {
    const listed = listedOf(row);
    const known = nodes[row.node] ?? [];
    if (listed === undefined || known.some(({ key }) => key === listed.key)) {
      onFault({ peer: row.node, since: row.since, until: row.until });
      continue;
    }
    nodes[row.node] = [...known, listed].sort((a, b) => (a.since < b.since ? -1 : 1));
  }
  return nodes;
}

function listedOf({ publicKey, since, until, compromised }: NodeKey): ListedKey | undefined {
  const listed = {
    key: Buffer.from(publicKey).toString("base64url"),
    since: instant(since),
    ...(until !== "" && { until: instant(until) }),
    ...(compromised && { compromised: true as const }),
  };
  return isListedKey(listed) ? listed : undefined;
}

function instant(text: string): string {
  const time = new Date(instantOf(text));
  return Number.isNaN(time.getTime()) ? "" : time.toISOString();
}
