import type { CertificateRecord } from "../../proto/gen/ecert/sync/v1/certificate_record_pb.ts";
import { Refusal } from "../domain/refusal.ts";
import { type CallContext, onBehalf } from "../runtime/service.ts";
import type { CodeDocument } from "./code-record.ts";
import type { UsageDependencies } from "./context.ts";

/** A certificate, and whether its state is only the one last known to the province. */
export interface Found {
  record: CertificateRecord;
  fromArchive: boolean;
  own: boolean;
}

/** Why another node is asked: goes into its evidence as well (5.9.5). */
export function groundOf({ runtime }: UsageDependencies, code: CodeDocument) {
  const { grant } = code;
  return {
    node: runtime.config.node.code,
    appKey: grant.app,
    matterCode: grant.context.matter,
    purpose: grant.context.purpose,
    usageCodeDigest: code._id,
  };
}

/**
 * Finds the one certificate that a call is about: at this node, else through the province (5.7.4). One that the code does
 * not open is refused like one that does not exist, so that codes cannot be used to look around.
 */
export async function findOne(
  dependencies: UsageDependencies,
  code: CodeDocument,
  identifier: string,
  call: CallContext,
): Promise<Found> {
  const found = await lookUp(dependencies, code, identifier, call);
  const { context, items } = code.grant;
  const holds = found?.record.holders.some(
    (holder) => holder.code === context.holder.code && holder.codeType === context.holder.codeType,
  );
  const opened = items.some(({ item }) => item === found?.record.itemCode);
  if (found && holds && opened) return found;
  throw new Refusal("CERTIFICATE_UNKNOWN", "the usage code opens no such certificate; list what it opens", {
    fields: [
      {
        field: "identifier",
        description: "the usage code opens no such certificate",
        remedy: "take one from ListCertificates",
      },
    ],
  });
}

async function lookUp(
  dependencies: UsageDependencies,
  code: CodeDocument,
  identifier: string,
  call: CallContext,
): Promise<Found | undefined> {
  const own = await unlessUnknown(() => dependencies.own.getCertificate({ identifier }, onBehalf(call)));
  if (own?.record) return { record: own.record, fromArchive: false, own: true };
  const ground = groundOf(dependencies, code);
  const other = await unlessUnknown(() => dependencies.exchange.getAcross({ ground, identifier }, onBehalf(call)));
  return other?.record && { record: other.record, fromArchive: other.fromArchive, own: false };
}

async function unlessUnknown<T>(call: () => Promise<T>): Promise<T | undefined> {
  try {
    return await call();
  } catch (error) {
    if (error instanceof Refusal && error.reason === "CERTIFICATE_UNKNOWN") return undefined;
    throw error;
  }
}

/** All certificates that a code opens, wherever they were issued, newest first; and the nodes that could not be asked. */
export async function findAll(
  dependencies: UsageDependencies,
  code: CodeDocument,
  call: CallContext,
): Promise<{ records: CertificateRecord[]; unreachable: string[] }> {
  const { grant } = code;
  const itemCodes = grant.items.map(({ item }) => item);
  const { holder } = grant.context;
  const key = { holderCodeType: holder.codeType, holderCode: holder.code, itemCodes };
  const [own, across] = await Promise.all([
    dependencies.own.findCertificates({ ...key, pageSize: 200 }, onBehalf(call)),
    findAcross(dependencies, code, key, call),
  ]);
  const records = new Map<string, CertificateRecord>();
  for (const record of [...across.records, ...own.records]) records.set(record.identifier, record);
  const newest = [...records.values()].sort((a, b) => (a.issuedAt < b.issuedAt ? 1 : -1)).slice(0, 200);
  return { records: newest, unreachable: across.unreachableNodes };
}

/** Other nodes may be away: what this node itself holds is then still listed. */
async function findAcross(
  dependencies: UsageDependencies,
  code: CodeDocument,
  key: { holderCodeType: string; holderCode: string; itemCodes: string[] },
  call: CallContext,
) {
  try {
    return await dependencies.exchange.findAcross({ ground: groundOf(dependencies, code), ...key }, onBehalf(call));
  } catch (error) {
    if (!(error instanceof Refusal) || !["PEER_AWAY", "DEADLINE_EXCEEDED"].includes(error.reason)) throw error;
    const province = dependencies.runtime.config.peers.find((peer) => peer.role === "province");
    return { records: [], unreachableNodes: [province?.node ?? "exchange"] };
  }
}
