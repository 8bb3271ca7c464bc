import { type CallContext, onBehalf } from "../../call/chain/service.ts";
import { joinPages, requirePlace } from "../../domain/certificate-place.ts";
import { cannotServe, type Reason } from "../../domain/reason.ts";
import { Refusal } from "../../domain/refusal.ts";
import { provincePeer } from "../../host/place.ts";
import { listAll, type Released } from "../../record/certificate-release.ts";
import type { CodeDocument } from "../codes/code-record.ts";
import type { UsageContext } from "../context.ts";
import { groundOf } from "./find.ts";

/** Elements of a page where the caller does not say. */
const DEFAULT_PAGE_SIZE = 50;

/** A page of what a code opens, and the nodes that could not be asked. */
export interface FoundPage {
  certificates: Released[];
  unreachableNodes: string[];
  nextPageToken: string;
  /** As of when what is known of unreachable nodes is. */
  archiveAsOf: Record<string, string>;
}

/** A page of the certificates that a code opens, wherever they were issued, newest first. */
export async function findPage(
  context: UsageContext,
  code: CodeDocument,
  { pageSize, pageToken }: { pageSize: number; pageToken: string },
  call: CallContext,
): Promise<FoundPage> {
  requirePlace(pageToken);
  const { items, context: business } = code.grant;
  const { codeType: holderCodeType, code: holderCode } = business.holder;
  const page = { itemCodes: items.map(({ item }) => item), pageSize: pageSize || DEFAULT_PAGE_SIZE, pageToken };
  const [own, across] = await Promise.all([
    context.own.findCertificates({ ...page, holderCodeType, holderCode }, onBehalf(call)),
    findAcross(context, code, page, call),
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
    archiveAsOf: across.archiveAsOf,
  };
}

/** How the province answers where what this node's registry opens has not come there yet, or is not open there any more. */
const NOT_OPENED_THERE: ReadonlySet<Reason> = new Set([
  ...(["APP_UNKNOWN", "MATTER_UNKNOWN", "MATTER_NOT_OPENED", "PERMISSION_DENIED", "USAGE_NOT_ALLOWED"] as const),
]);

/**
 * Other nodes may be away, and the province knows of a matter with the next event only: what this node itself holds, and has judged by its own registry, is
 * then still listed.
 */
async function findAcross(
  context: UsageContext,
  code: CodeDocument,
  page: { itemCodes: string[]; pageSize: number; pageToken: string },
  call: CallContext,
): Promise<FoundPage> {
  try {
    return await context.exchange.findAcross({ ground: groundOf(context, code), ...page }, onBehalf(call));
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    const { reason } = error;
    if (!cannotServe(reason) && !NOT_OPENED_THERE.has(reason)) throw error;
    if (!cannotServe(reason)) context.runtime.log.warn({ reason }, "the province refuses to list for an own matter");
    const province = provincePeer(context.runtime.config.peers);
    return { certificates: [], unreachableNodes: [province?.node ?? "exchange"], nextPageToken: "", archiveAsOf: {} };
  }
}
