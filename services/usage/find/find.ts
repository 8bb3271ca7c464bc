import { create, type JsonObject as ProtoJson } from "@bufbuild/protobuf";
import type { CertificateRecord } from "../../../proto/gen/ecert/sync/v1/certificate_record_pb.ts";
import {
  type CertificateJudgement,
  CertificateJudgementSchema,
} from "../../../proto/gen/ecert/sync/v1/exchange_service_pb.ts";
import { FileFormat } from "../../../proto/gen/ecert/type/v1/file_pb.ts";
import { Verdict } from "../../../proto/gen/ecert/usage/v1/usage_context_pb.ts";
import { appOf } from "../../call/chain/app-of.ts";
import { type CallContext, onBehalf } from "../../call/chain/service.ts";
import type { JsonObject } from "../../domain/canonical.ts";
import { requireIdentifierFor } from "../../domain/certificate-identifier.ts";
import { Refusal } from "../../domain/refusal.ts";
import { mayHaveIssued } from "../../domain/serial-node.ts";
import { admitUse, type FileForm, type GrantedItem, selectFields } from "../../domain/usage-grant.ts";
import { dataItemsOf, isHeldBy, type Released, releasedOf } from "../../record/certificate-release.ts";
import { forked } from "../../record/certificate-standing.ts";
import type { CodeDocument } from "../codes/code-record.ts";
import type { UsageContext } from "../context.ts";
import { judgedOwn } from "./own-judgement.ts";
import { verdictAgainst } from "./verdict.ts";

/** What a use sees of a certificate, of this node or of another, and what was found of its signature and signer. */
export interface Found {
  certificate: Released;
  /** The data items that were asked for. */
  data: JsonObject;
  judgement: CertificateJudgement;
  /** Its state is only the one last known to the province. */
  fromArchive: boolean;
  /** As of when that is; empty: not known, or its issuer was asked. */
  archiveAsOf: string;
  own: boolean;
  /** What the code opens of its item. */
  granted: GrantedItem;
  /** Names of all its data items; absent for one of another node, which are not told here. */
  dataItems?: readonly string[];
}

/** What is asked for of a certificate beside its state. */
export interface Wished {
  fields?: readonly string[];
  form?: FileForm;
  /** Which file that is, for the node that is asked to tell the holder. */
  format?: FileFormat;
}

/** Why another node is asked: goes into its evidence as well (5.9.5), but for the code of the person served. */
export function groundOf({ runtime }: UsageContext, { grant, _id }: CodeDocument) {
  const { holder, matter, purpose } = grant.context;
  return {
    node: runtime.config.node.code,
    appKey: grant.app,
    matterCode: matter,
    purpose,
    usageCodeDigest: _id,
    holderCodeType: holder.codeType,
    holderCode: holder.code,
  };
}

/**
 * Finds the one certificate that a call is about: at this node, else through the province (5.7.4), which releases what the matter is
 * granted. One that the code does not open is refused like one that does not exist, so that codes cannot be used to look
 * around, and what is no identifier is told as that (`INVALID_FIELD`, `CODE_INVALID`); `USAGE_NOT_ALLOWED` for a field or a form of file beyond the code.
 */
export async function findOne(
  context: UsageContext,
  code: CodeDocument,
  identifier: string,
  wished: Wished,
  call: CallContext,
): Promise<Found> {
  const node = context.runtime.config.node.code;
  const own = mayHaveIssued(node, identifier)
    ? await unlessUnknown(() => context.own.getCertificate({ identifier }, onBehalf(call)))
    : undefined;
  const found = own?.record
    ? await ownFound(context, code, own.record, wished, call)
    : await foundAcross(context, code, identifier, wished, call);
  if (found) return found;
  requireIdentifierFor(node, identifier);
  throw new Refusal("CERTIFICATE_UNKNOWN", "the usage code opens no such certificate; list what it opens", {
    fields: [
      {
        field: "identifier",
        description: "the usage code opens no such certificate",
        remedy: "take one from ListCertificates",
        localized: "该用证码不能使用这份证照，请从ListCertificates的结果中选择",
      },
    ],
  });
}

async function ownFound(
  context: UsageContext,
  { grant }: CodeDocument,
  record: CertificateRecord,
  { fields = [], form }: Wished,
  call: CallContext,
): Promise<Found | undefined> {
  const item = grant.items.find((one) => one.item === record.itemCode);
  if (!item || !isHeldBy(record, grant.context.holder)) return undefined;
  const dataItems = dataItemsOf(record);
  const attempt = { app: appOf(call).app, now: context.runtime.now(), item: item.item, fields };
  admitUse(grant, { ...attempt, ...(form !== undefined && { form, dataItems }) });
  const certificate = releasedOf(record, item, fields);
  const judgement = await judgedOwn(context, { record, issuedHere: true });
  const data = (certificate.data ?? {}) as JsonObject;
  return { certificate, data, judgement, fromArchive: false, archiveAsOf: "", own: true, granted: item, dataItems };
}

/** The asking node releases no more than its own code allows, whatever the province's answer holds. */
async function foundAcross(
  context: UsageContext,
  code: CodeDocument,
  identifier: string,
  { fields = [], form, format = FileFormat.UNSPECIFIED }: Wished,
  call: CallContext,
): Promise<Found | undefined> {
  const { grant } = code;
  const question = { ground: groundOf(context, code), identifier, fields: [...fields], format };
  const answer = await unlessUnknown(() => context.exchange.getAcross(question, onBehalf(call)));
  const { certificate, fromArchive = false, archiveAsOf = "" } = answer ?? {};
  const granted = grant.items.find(({ item }) => item === certificate?.itemCode);
  if (!certificate || !granted) return undefined;
  const attempt = { app: appOf(call).app, now: context.runtime.now(), item: certificate.itemCode, fields };
  admitUse(grant, { ...attempt, ...(form !== undefined && { form }) });
  const data = selectFields((certificate.data ?? {}) as JsonObject, fields);
  // Without the province's judgement nothing is known of the signature.
  const judgement = certificate.judgement ?? create(CertificateJudgementSchema, { findings: ["SIGNATURE_UNKNOWN"] });
  return {
    certificate: { ...certificate, data: data as ProtoJson },
    data,
    judgement,
    fromArchive,
    archiveAsOf,
    own: false,
    granted,
  };
}

/**
 * Refuses the release of data and files of a certificate that does not hold by the judgement that all share (5.8.3):
 * `SIGNATURE_INVALID`, `ISSUER_NOT_AUTHORISED`, `IDENTIFIER_FORKED` where a second certificate is known under its identifier, `NODE_BEHIND` where its
 * state comes from an older copy of this node, or `PEER_AWAY` where the register is too old to tell.
 */
export function requireHolding({
  certificate,
  judgement,
}: {
  certificate: Pick<Released, "identifier" | "forkedSince">;
  judgement: Pick<CertificateJudgement, "holds" | "findings">;
}): void {
  const verdict = verdictAgainst(judgement);
  if (verdict === undefined) return;
  const { identifier, forkedSince } = certificate;
  if (forkedSince) throw forked(identifier, forkedSince);
  const reason = REASONS[verdict as keyof typeof REASONS] ?? "SIGNATURE_INVALID";
  throw new Refusal(reason, `certificate ${identifier} does not hold; nothing of it is released`, {
    metadata: { identifier, findings: judgement.findings.join(",") },
  });
}

/** Why nothing is released, by verdict. */
const REASONS = {
  [Verdict.ISSUER_NOT_AUTHORISED]: "ISSUER_NOT_AUTHORISED",
  [Verdict.UNDETERMINED]: "NODE_BEHIND",
} as const;

/** What a call answers; `undefined` where there is no such certificate. */
export async function unlessUnknown<T>(call: () => Promise<T>): Promise<T | undefined> {
  try {
    return await call();
  } catch (error) {
    if (error instanceof Refusal && error.reason === "CERTIFICATE_UNKNOWN") return undefined;
    throw error;
  }
}
