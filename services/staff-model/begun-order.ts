import type { JsonObject, MessageInitShape } from "@bufbuild/protobuf";
import type { Certificate } from "../../proto/gen/ecert/issue/v1/certificate_pb.ts";
import type { MakeOrderSchema } from "../../proto/gen/ecert/issue/v1/issue_service_pb.ts";
import { parseCertificateIdentifier } from "../domain/certificate-identifier.ts";
import { shanghaiDay } from "../domain/civil-date.ts";
import { filledIn, placeOnScreen } from "./data-fields.ts";

/** An order as a form holds it, without its files. Left out or empty: not filled in yet. */
export interface FilledOrder {
  businessSerial: string;
  issuerCode: string;
  issueDate: string;
  number?: string;
  validFrom?: string;
  validTo?: string;
  /** Of a replacement, where some before it were discarded. */
  version?: string;
  /** Of a replacement: why. Told beside the order, not in it. */
  cause?: string;
  holders: { name?: string; codeType?: string; code?: string }[];
  data?: JsonObject;
  /** Names the draft, and with it the files that were chosen for it; not part of the order. */
  draft: string;
}

/** An order that is begun: today, under a serial that nobody has to invent. */
export function begunOrder(issuerCode: string, holders: number): FilledOrder {
  return {
    businessSerial: newSerial(),
    issuerCode,
    issueDate: shanghaiDay(new Date()),
    holders: Array.from({ length: Math.max(1, holders) }, () => ({})),
    draft: crypto.randomUUID(),
  };
}

/**
 * The order of a certificate's next version (换发), as far as the old one says it already. Dates and files are those of the new one; a number is stated
 * where the department gave it.
 */
export function replacingOrder(old: Certificate): FilledOrder {
  const { data = {} } = JSON.parse(new TextDecoder().decode(old.message)) as { data?: JsonObject };
  const { serial } = parseCertificateIdentifier(old.identifier);
  return {
    ...begunOrder(old.issuerCode, 1),
    ...(old.number !== serial && { number: old.number }),
    holders: old.holders.map(({ name, code, codeType }) => ({ name, code, codeType })),
    data,
  };
}

/** The order as the contract has it: what was left empty is left out. */
export function orderOf(
  filled: FilledOrder,
  itemCode: string,
  attachments: readonly { name: string; mediaType: string; uploadId: string; sha256: string }[],
): MessageInitShape<typeof MakeOrderSchema> {
  const { data = {}, draft: _draft, cause: _beside, version, ...order } = filledIn(filled) as FilledOrder;
  const holders = filled.holders.map(({ name = "", code = "", codeType = "" }) => ({ name, code, codeType }));
  const stated = version === undefined ? {} : { version: Number(version) };
  return { ...order, ...stated, holders, itemCode, data, attachments: [...attachments] };
}

/** Where a place of {@link orderOf} stands in the form: data alone lose their empty rows on the way. */
export function placeInForm(filled: FilledOrder, place: readonly (string | number)[]): readonly (string | number)[] {
  const [member, ...within] = place;
  return member === "data" ? [member, ...placeOnScreen(filled.data, within)] : place;
}

/** The day, and enough chance that no two serials meet. */
function newSerial(): string {
  return `${shanghaiDay(new Date())}-${crypto.randomUUID().slice(0, 8)}`;
}
