import { setImmediate as nextTurn } from "node:timers/promises";
import type { JsonObject as ProtoJson } from "@bufbuild/protobuf";
import type { Matter } from "../../proto/gen/ecert/catalog/v1/registry_pb.ts";
import type { CertificateRecord } from "../../proto/gen/ecert/sync/v1/certificate_record_pb.ts";
import type { ReleasedCertificate } from "../../proto/gen/ecert/sync/v1/exchange_service_pb.ts";
import { FileFormat } from "../../proto/gen/ecert/type/v1/file_pb.ts";
import { BoundedMemory } from "../base/bounded-memory.ts";
import { sha256Hex } from "../domain/canonical.ts";
import { maskCode } from "../domain/mask.ts";
import type { DataMessage } from "../domain/message.ts";
import { type FileForm, fetchableForms, type GrantedItem, HOLDS_MESSAGE, selectFields } from "../domain/usage-grant.ts";

const FORMS: Readonly<Partial<Record<FileFormat, FileForm>>> = {
  [FileFormat.PDF]: "pdf",
  [FileFormat.OFD]: "ofd",
  [FileFormat.MESSAGE]: "message",
  [FileFormat.MESSAGE_SIGNATURE]: "message-signature",
};

/** Form of a file as grants name it; `undefined` for a value that no file has. */
export function formOf(format: FileFormat): FileForm | undefined {
  return FORMS[format];
}

/** What a matter opens of each item, as the registry says. */
export function grantedItemsOf({ items }: Pick<Matter, "items">): GrantedItem[] {
  return items.map(({ itemCode, fields, files }) => ({
    item: itemCode,
    fields: [...fields],
    files: files.map(formOf).filter((form) => form !== undefined),
  }));
}

/** Whether a person is among the holders of a certificate. */
export function isHeldBy(record: CertificateRecord, { codeType, code }: { codeType: string; code: string }): boolean {
  return record.holders.some((holder) => holder.code === code && holder.codeType === codeType);
}

const digests = new WeakMap<Uint8Array, string>();

/** SHA-256 (hex) of a record's data message, taken once: judging, releasing and listing all ask for it. */
export function messageSha256Of({ message }: Pick<CertificateRecord, "message">): string {
  const known = digests.get(message);
  if (known !== undefined) return known;
  const digest = sha256Hex(message);
  digests.set(message, digest);
  return digest;
}

/** Names of data items that are remembered, by the digest of the data message; the oldest goes first. */
const NAMES_KEPT = 10_000;
const namesKept = new BoundedMemory<string, readonly string[]>(NAMES_KEPT);

/** Names of the data items of a certificate. */
export function dataItemsOf(record: CertificateRecord): readonly string[] {
  return namesKept.recall(messageSha256Of(record), () => Object.keys(messageIn(record).data));
}

/** What is released of a certificate, as a message is made of it. */
export type Released = Omit<ReleasedCertificate, "$typeName" | "$unknown">;

/**
 * What is seen of a certificate before anything is extracted (5.9.6): no data items, no digest of the data message, which lists have
 * no use for.
 */
function listedOf(record: CertificateRecord, granted: GrantedItem): Released {
  const { identifier, node, revision, state, stateCause, stateSince, issuedAt } = record;
  const { itemCode, itemVersion, name, issuerCode, issuerName, validFrom, validTo, forkedSince } = record;
  return {
    identifier,
    node,
    revision,
    state,
    stateCause,
    stateSince,
    issuedAt,
    itemCode,
    itemVersion,
    name,
    maskedNumber: maskCode(record.number),
    issuerCode,
    issuerName,
    validFrom,
    validTo,
    formats: formatsOf(record, granted),
    messageSha256: "",
    forkedSince,
  };
}

/** Milliseconds after which listing makes room for other calls: data messages may be large. */
const AT_ONCE_MS = 10;

/** Certificates as they are listed, of the items that are granted. */
export async function listAll(
  records: readonly CertificateRecord[],
  granted: readonly GrantedItem[],
): Promise<Released[]> {
  const listed: Released[] = [];
  let since = performance.now();
  for (const record of records) {
    const item = granted.find((one) => one.item === record.itemCode);
    if (item) listed.push(listedOf(record, item));
    if (performance.now() - since < AT_ONCE_MS) continue;
    await nextTurn();
    since = performance.now();
  }
  return listed;
}

/** What is released of a certificate: what lists show, and of its data the fields, which must have been found granted. */
export function releasedOf(record: CertificateRecord, granted: GrantedItem, fields: readonly string[]): Released {
  return {
    ...listedOf(record, granted),
    messageSha256: messageSha256Of(record),
    ...(fields.length > 0 && { data: selectFields(messageIn(record).data, fields) as ProtoJson }),
  };
}

function formatsOf(record: CertificateRecord, granted: GrantedItem): FileFormat[] {
  const { files = [] } = granted;
  if (files.length === 0) return [];
  const holds = files.some((form) => HOLDS_MESSAGE.has(form));
  const forms = fetchableForms(granted, holds ? dataItemsOf(record) : []);
  const made = new Set([FileFormat.MESSAGE, FileFormat.MESSAGE_SIGNATURE, ...record.files.map(({ format }) => format)]);
  return [FileFormat.PDF, FileFormat.OFD, FileFormat.MESSAGE, FileFormat.MESSAGE_SIGNATURE].filter((format) => {
    const form = formOf(format);
    return made.has(format) && form !== undefined && forms.includes(form);
  });
}

function messageIn(record: CertificateRecord): DataMessage {
  const { buffer, byteOffset, byteLength } = record.message;
  return JSON.parse(Buffer.from(buffer, byteOffset, byteLength).toString("utf8")) as DataMessage;
}
