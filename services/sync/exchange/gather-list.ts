import type { CertificateRecord } from "../../../proto/gen/ecert/sync/v1/certificate_record_pb.ts";
import type {
  FindAcrossRequest,
  ReleasedCertificate,
  UsageGround,
} from "../../../proto/gen/ecert/sync/v1/exchange_service_pb.ts";
import type { CallContext } from "../../call/chain/service.ts";
import { joinPages } from "../../domain/certificate-place.ts";
import { Refusal } from "../../domain/refusal.ts";
import type { GrantedItem } from "../../domain/usage-grant.ts";
import { isHeldBy, listAll, type Released } from "../../record/certificate-release.ts";
import type { Answer } from "../ask/ask.ts";
import type { SyncContext } from "../context.ts";
import { dataAsOf } from "../link/data-as-of.ts";
import { holderOf } from "./ground.ts";
import { inState } from "./judged-records.ts";

/** Elements of a page where the caller does not say. */
export const DEFAULT_PAGE_SIZE = 50;

/** A page of certificates as they are listed. */
export interface ListedPage {
  certificates: Released[];
  unreachableNodes: string[];
  nextPageToken: string;
  /** As of when the archive holds what unreachable nodes have told. */
  archiveAsOf: Record<string, string>;
}

/** A page at the issuing node: of what it issued itself. */
export async function ownList(
  { own }: SyncContext,
  { ground, itemCodes, pageSize, pageToken }: FindAcrossRequest & { ground: UsageGround },
  granted: readonly GrantedItem[],
  call: CallContext,
): Promise<ListedPage> {
  const wanted = { holder: holderOf(ground), itemCodes, pageSize: pageSize || DEFAULT_PAGE_SIZE, pageToken };
  const { records, nextPageToken } = await own.find(wanted, call);
  return { certificates: await listAll(records, granted), unreachableNodes: [], nextPageToken, archiveAsOf: {} };
}

/**
 * A page at the province, of all other nodes and, for a node that asks, of this one: certificates of the archive, in the state that
 * their issuers tell. What an issuer lists and the archive has not yet is looked at first; what does not pass its gate is left out. A
 * node that refuses stops nobody: it counts as one that could not be asked.
 */
export async function gatheredList(
  context: SyncContext,
  request: FindAcrossRequest & { ground: UsageGround },
  granted: readonly GrantedItem[],
  call: CallContext,
): Promise<ListedPage> {
  const { runtime, archive, own, ask, gather, records, grants } = context;
  const { ground, itemCodes, pageToken } = request;
  const pageSize = request.pageSize || DEFAULT_PAGE_SIZE;
  const holder = holderOf(ground);
  const nodes = gather.others(call);
  const [here, archived] = await Promise.all([
    call.caller.kind === "node" ? own.find({ holder, itemCodes, pageSize, pageToken }, call) : undefined,
    archive.ofHolder({ ...holder, itemCodes, nodes }, { limit: pageSize, ...(pageToken && { after: pageToken }) }),
  ]);
  // Nothing archived: it may have been issued a moment ago, so everybody is asked.
  const answers = await ask.all(archived.nodes.length > 0 ? archived.nodes : nodes, call, (exchange, options, node) => {
    const page = { itemCodes, pageSize, pageToken };
    return exchange.findAcross({ ...page, ground: grants.granted(ground, granted, node) }, options);
  });
  const kept = new Map(archived.records.map((record) => [record.identifier, record]));
  const told = await Promise.all(answers.map(async (one) => ({ items: await recordsTold(one), more: goesOn(one) })));
  const lists = [
    { items: here?.records ?? [], more: here !== undefined && here.nextPageToken !== "" },
    { items: archived.records, more: archived.next !== undefined },
    ...told,
  ];
  const { items, nextPageToken } = joinPages(lists, { size: pageSize, pageToken }, inState);
  const unreachableNodes = answers.filter((one) => !("answer" in one)).map(({ node }) => node);
  const known = unreachableNodes
    .map((node) => [node, dataAsOf(context, node)] as const)
    .filter(([, asOf]) => asOf !== "");
  const archiveAsOf = Object.fromEntries(known);
  return { certificates: await listAll(items, granted), unreachableNodes, nextPageToken, archiveAsOf };

  async function recordsTold(one: Answer<{ certificates: ReleasedCertificate[] }>): Promise<CertificateRecord[]> {
    if ("refused" in one) runtime.log.warn({ node: one.node, reason: one.refused.reason }, "a node refuses to list");
    if (!("answer" in one)) return [];
    const found = one.answer.certificates.slice(0, pageSize).map(async (certificate) => {
      const record = kept.get(certificate.identifier);
      if (record?.node === one.node) return inState(record, certificate);
      const judged = await behind(one.node, certificate).catch((error: unknown) => leftOut(one.node, error));
      const fits = judged && itemCodes.includes(judged.itemCode) && isHeldBy(judged, holder);
      return fits ? judged : undefined;
    });
    return (await Promise.all(found)).filter((record) => record !== undefined);
  }

  async function behind(node: string, told: ReleasedCertificate): Promise<CertificateRecord | undefined> {
    return records.behind(node, told, await records.archived(told.identifier), call);
  }

  function leftOut(node: string, error: unknown): undefined {
    if (!(error instanceof Refusal)) throw error;
    runtime.log.warn({ node, reason: error.reason }, "a certificate that a node lists does not pass: it is left out");
  }
}

function goesOn(one: Answer<{ nextPageToken: string }>): boolean {
  return "answer" in one && one.answer.nextPageToken !== "";
}
