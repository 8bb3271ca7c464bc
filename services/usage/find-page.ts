import { joinPages, requirePlace } from "../domain/certificate-place.ts";
import { Refusal } from "../domain/refusal.ts";
import { listAll, type Released } from "../runtime/certificate-release.ts";
import { type CallContext, onBehalf } from "../runtime/service.ts";
import type { CodeDocument } from "./code-record.ts";
import type { UsageDependencies } from "./context.ts";
import { groundOf } from "./find.ts";

/** Elements of a page where the caller does not say. */
const DEFAULT_PAGE_SIZE = 50;

/** A page of what a code opens, and the nodes that could not be asked. */
export interface FoundPage {
  certificates: Released[];
  unreachableNodes: string[];
  nextPageToken: string;
}

/** A page of the certificates that a code opens, wherever they were issued, newest first. */
export async function findPage(
  dependencies: UsageDependencies,
  code: CodeDocument,
  { pageSize, pageToken }: { pageSize: number; pageToken: string },
  call: CallContext,
): Promise<FoundPage> {
  requirePlace(pageToken);
  const { items, context } = code.grant;
  const { codeType: holderCodeType, code: holderCode } = context.holder;
  const page = { itemCodes: items.map(({ item }) => item), pageSize: pageSize || DEFAULT_PAGE_SIZE, pageToken };
  const [own, across] = await Promise.all([
    dependencies.own.findCertificates({ ...page, holderCodeType, holderCode }, onBehalf(call)),
    findAcross(dependencies, code, page, call),
  ]);
  const opened = across.certificates.filter(({ itemCode }) => items.some(({ item }) => item === itemCode));
  const lists = [
    { items: opened, more: across.nextPageToken !== "" },
    { items: await listAll(own.records, items), more: own.nextPageToken !== "" },
  ];
  // What this node issued, it knows best itself.
  const joined = joinPages(lists, { size: page.pageSize, pageToken }, (_, here) => here);
  return {
    certificates: joined.items,
    unreachableNodes: across.unreachableNodes,
    nextPageToken: joined.nextPageToken,
  };
}

/** Other nodes may be away: what this node itself holds is then still listed. */
async function findAcross(
  dependencies: UsageDependencies,
  code: CodeDocument,
  page: { itemCodes: string[]; pageSize: number; pageToken: string },
  call: CallContext,
): Promise<FoundPage> {
  try {
    return await dependencies.exchange.findAcross({ ground: groundOf(dependencies, code), ...page }, onBehalf(call));
  } catch (error) {
    if (!(error instanceof Refusal) || !["PEER_AWAY", "DEADLINE_EXCEEDED"].includes(error.reason)) throw error;
    const province = dependencies.runtime.config.peers.find((peer) => peer.role === "province");
    return { certificates: [], unreachableNodes: [province?.node ?? "exchange"], nextPageToken: "" };
  }
}
