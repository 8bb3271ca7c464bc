import type { CertificateRecord } from "../../../proto/gen/ecert/sync/v1/certificate_record_pb.ts";
import { FileFormat } from "../../../proto/gen/ecert/type/v1/file_pb.ts";
import { type CallContext, onBehalf } from "../../call/chain/service.ts";
import type { HolderActor } from "../../domain/actor.ts";
import { requireIdentifierFor } from "../../domain/certificate-identifier.ts";
import { joinPages, requirePlace } from "../../domain/certificate-place.ts";
import { maskCode } from "../../domain/mask.ts";
import { Refusal } from "../../domain/refusal.ts";
import { isHeldBy } from "../../record/certificate-release.ts";
import type { UsageContext } from "../context.ts";
import { verdictOf } from "./verdict.ts";

/** The holder who calls. Refuses anybody else. */
export function holderOf({ caller }: CallContext): HolderActor {
  if (caller.kind === "holder") return caller;
  const localizedDetail = "请以持证主体身份登录";
  throw new Refusal("PERMISSION_DENIED", "only holders see what is their own", { localizedDetail });
}

/** A page of a holder's certificates, newest first: those of this node, and those that its archive has of others. */
export async function ownPage(
  { own, archive }: UsageContext,
  holder: HolderActor,
  page: { pageSize: number; pageToken: string },
  call: CallContext,
): Promise<{ items: CertificateRecord[]; nextPageToken: string }> {
  requirePlace(page.pageToken);
  const question = { holderCodeType: holder.codeType, holderCode: holder.code, itemCodes: [], ...page };
  const found = await Promise.all([own, archive].map((each) => each.findCertificates(question, onBehalf(call))));
  const lists = found.map(({ records, nextPageToken }) => ({
    items: records.filter((record) => isHeldBy(record, holder)),
    more: nextPageToken !== "",
  }));
  // What this node issued, it knows best itself, and stands first.
  return joinPages(lists, { size: page.pageSize, pageToken: page.pageToken }, (here) => here);
}

/** One certificate of a holder, and where its files lie. Refuses (`CERTIFICATE_UNKNOWN`) one of somebody else as one that does not exist. */
export async function ownOne(
  { own, archive, runtime }: UsageContext,
  holder: Pick<HolderActor, "codeType" | "code">,
  identifier: string,
  call: CallContext,
): Promise<{ record: CertificateRecord; kept: UsageContext["own"]; issuedHere: boolean }> {
  for (const kept of [own, archive]) {
    const { record } = await kept.getCertificate({ identifier }, onBehalf(call)).catch((error: unknown) => {
      if (error instanceof Refusal && error.reason === "CERTIFICATE_UNKNOWN") return { record: undefined };
      throw error;
    });
    if (record && isHeldBy(record, holder)) return { record, kept, issuedHere: kept === own };
  }
  requireIdentifierFor(runtime.config.node.code, identifier);
  throw notIssuedHere();
}

/** The refusal of a certificate that is not the holder's here. */
export function notIssuedHere(): Refusal {
  const remedy = "take one from ListOwnCertificates, and ask the province for those of other nodes";
  const localized = "您名下没有这份证照，请从ListOwnCertificates的结果中选择；其他节点颁发的请向省级节点查询";
  return new Refusal("CERTIFICATE_UNKNOWN", "no certificate of yours has this identifier here", {
    fields: [{ field: "identifier", description: "no certificate of yours here", remedy, localized }],
  });
}

/** A certificate as its holder sees it on a day, judged by state and validity alone. */
export function ownView(record: CertificateRecord, day: string) {
  const { identifier, itemCode, name, number, issuerName, node, issuedAt, validFrom, validTo, stateSince } = record;
  const { replaceCause, holders } = record;
  const formats = [FileFormat.MESSAGE, FileFormat.MESSAGE_SIGNATURE, ...record.files.map(({ format }) => format)];
  return {
    identifier,
    itemCode,
    name,
    number,
    issuerName,
    node,
    verdict: verdictOf(record, day),
    issuedAt,
    validFrom,
    validTo,
    stateSince,
    replaceCause,
    holders: holders.map((holder) => ({ name: holder.name, maskedCode: maskCode(holder.code) })),
    formats: formats.filter((format) => format !== FileFormat.UNSPECIFIED).sort((a, b) => a - b),
  };
}
