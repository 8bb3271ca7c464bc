import type { CertificateRecord } from "../../../proto/gen/ecert/sync/v1/certificate_record_pb.ts";
import type { UsageGround } from "../../../proto/gen/ecert/sync/v1/exchange_service_pb.ts";
import type { FileFormat } from "../../../proto/gen/ecert/type/v1/file_pb.ts";
import { type FieldViolation, Refusal } from "../../domain/refusal.ts";
import { beyond, type GrantedItem } from "../../domain/usage-grant.ts";
import { dataItemsOf, formOf, isHeldBy } from "../../record/certificate-release.ts";
import { holderOf } from "./ground.ts";

/** Holds that a matter may use every item that is asked for. Throws `USAGE_NOT_ALLOWED`, naming each that it may not. */
export function requireItems(granted: readonly GrantedItem[], itemCodes: readonly string[]): GrantedItem[] {
  const fields = itemCodes.flatMap((itemCode, index) => {
    if (granted.some(({ item }) => item === itemCode)) return [];
    const description = `the matter may not use item ${itemCode}`;
    const localized = `本事项不得使用目录项${itemCode}，请先申请该目录项的事项用证`;
    return [{ field: `item_codes[${index}]`, description, remedy: "ask for 事项用证 of this item", localized }];
  });
  if (fields.length > 0) throw notAllowed(fields);
  return granted.filter(({ item }) => itemCodes.includes(item));
}

/** What is asked for of one certificate: data items, or a form of file. */
export interface Wished {
  fields?: readonly string[];
  format?: FileFormat;
}

/**
 * Decides what of one certificate may leave this node, and gives what its item is granted. Throws `CERTIFICATE_UNKNOWN` for one that the
 * person served does not hold or whose item the matter may not use, so that nobody looks around by identifier, and
 * `USAGE_NOT_ALLOWED` for a field or a form of file beyond the grant.
 */
export function letOut(
  record: CertificateRecord,
  ground: UsageGround,
  granted: readonly GrantedItem[],
  { fields = [], format }: Wished,
): GrantedItem {
  const item = granted.find((one) => one.item === record.itemCode);
  if (!item || !isHeldBy(record, holderOf(ground))) throw unknownHere(record.identifier);
  const form = format === undefined ? undefined : formOf(format);
  const excess = beyond(item, { fields, ...(form !== undefined && { form, dataItems: dataItemsOf(record) }) });
  if (excess.length > 0) throw notAllowed(excess);
  return item;
}

/** The refusal of a certificate that this node has not issued, or does not show. */
export function unknownHere(identifier: string): Refusal {
  return new Refusal("CERTIFICATE_UNKNOWN", `this node has no certificate ${identifier} to show`, {
    metadata: { identifier },
  });
}

function notAllowed(fields: FieldViolation[]): Refusal {
  const message = `${fields.length} particular(s) exceed what the matter may use`;
  return new Refusal("USAGE_NOT_ALLOWED", message, { fields });
}
