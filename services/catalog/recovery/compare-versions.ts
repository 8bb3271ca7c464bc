import { toBinary, toJson } from "@bufbuild/protobuf";
import {
  type CatalogItem,
  CatalogItemContentSchema,
  CatalogItemSchema,
} from "../../../proto/gen/ecert/catalog/v1/catalog_item_pb.ts";
import type { VersionDigest } from "../../../proto/gen/ecert/catalog/v1/registry_recovery_service_pb.ts";
import { digestOf } from "../../domain/canonical.ts";
import { Refusal } from "../../domain/refusal.ts";
import type { CatalogContext } from "../context.ts";
import { TAKEN_VERSIONS } from "../items/take-over.ts";
import { requireSigned } from "../items/version-signature.ts";
import type { ItemDocument } from "../stored/records.ts";
import type { NodeLists } from "./node-lists.ts";

/** What came of the comparison of the versions that a node has with those that the province has published. */
export interface VersionComparison {
  listed: number;
  /** Versions that the node has, that this province signed, and that are not published here. */
  lacks: CatalogItem[];
  /** Keys, `<code>/<version>`, of those that it signed with other content than is published here. */
  forks: string[];
  /** Keys of those that this province has not signed: nothing follows from them. */
  unsigned: string[];
}

/** Versions that are fetched of one node in one comparison; the next goes on. */
const MOST_FETCHED = 1_000;

/**
 * Compares at the province what a node has as published with what is published here. What the province signed itself with other content
 * is set aside. Throws `PEER_AWAY` where the node cannot be asked.
 */
export async function compareVersions(
  context: CatalogContext,
  node: string,
  lists: NodeLists,
): Promise<VersionComparison> {
  const found: VersionComparison = { listed: 0, lacks: [], forks: [], unsigned: [] };
  let fetched = 0;

  async function compare({ code, version, sha256 }: VersionDigest, read: ItemDocument | undefined): Promise<void> {
    // One that cannot be read here is refused, and was set aside.
    const own = read ?? (await context.items.get(`${code}/${version}`));
    if (own?.publishedAt !== undefined && own.digest === sha256) return;
    if (fetched++ >= MOST_FETCHED) return;
    const item = await lists.item(code, version);
    if (!item || item.code !== code || item.version !== version || !isOurs(context, item)) {
      found.unsigned.push(`${code}/${version}`);
    } else if (own?.publishedAt === undefined) found.lacks.push(item);
    else if (own.digest !== contentDigestOf(item)) {
      found.forks.push(`${code}/${version}`);
      await setForkAside(context, node, item, own);
    }
  }

  for await (const page of lists.versions()) {
    const own = await context.items.getMany(page.map(({ code, version }) => `${code}/${version}`));
    for (const [index, listed] of page.entries()) {
      found.listed += 1;
      try {
        await compare(listed, own[index]);
      } catch (error) {
        if (!(error instanceof Refusal) || error.reason !== "RECORD_UNREADABLE") throw error;
      }
    }
  }
  await clearOthers(context, node, found.forks);
  return found;
}

/** Digest of what a version says, as documents have it. */
export function contentDigestOf({ content }: CatalogItem): string {
  return content ? digestOf(toJson(CatalogItemContentSchema, content)) : "";
}

function isOurs({ runtime }: CatalogContext, item: CatalogItem): boolean {
  try {
    requireSigned(runtime, item, runtime.config.node.code);
    return true;
  } catch {
    return false;
  }
}

function setForkAside({ runtime }: CatalogContext, node: string, item: CatalogItem, own: ItemDocument): Promise<void> {
  const { code, version } = item;
  const detail =
    `node ${node} has version ${version} of item ${code} with other content, which this province signed too: ` +
    `${contentDigestOf(item)}; here: ${own.digest}. Publish a new version with what is right: certificates name version and node`;
  const content = toBinary(CatalogItemSchema, item);
  return runtime.setAside.put({
    ...TAKEN_VERSIONS,
    node,
    key: `${code}/${version}`,
    reason: "ALREADY_EXISTS",
    detail,
    content,
  });
}

/** What was a fork at the last comparison, and is none any more. */
async function clearOthers({ runtime }: CatalogContext, node: string, forks: readonly string[]): Promise<void> {
  const { place, source } = TAKEN_VERSIONS;
  const { keys } = await runtime.setAside.keysOf(place, source, node);
  for (const key of keys) if (!forks.includes(key)) await runtime.setAside.cleared({ place, source, node, key });
}
