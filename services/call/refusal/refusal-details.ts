import { create, type DescMessage, fromBinary, type MessageShape, toBinary } from "@bufbuild/protobuf";
import { type Any, AnySchema, anyPack, durationFromMs, durationMs } from "@bufbuild/protobuf/wkt";
import {
  BadRequestSchema,
  ErrorInfoSchema,
  LocalizedMessageSchema,
  RetryInfoSchema,
} from "../../../proto/gen/google/rpc/error_details_pb.ts";
import { isReason } from "../../domain/reason.ts";
import { type FieldViolation, Refusal, type RefusalDetail } from "../../domain/refusal.ts";

/** Domain of every `ErrorInfo` of this platform. */
export const ERROR_DOMAIN = "ecert";

/** An error detail with its message type. */
export interface Detail<D extends DescMessage = DescMessage> {
  desc: D;
  value: MessageShape<D>;
}

/**
 * Details of a refusal, as `google.rpc` names them: `ErrorInfo` always, `LocalizedMessage` always (zh-CN, with the first fields and what to do), `BadRequest` where
 * fields were refused, `RetryInfo` where a retry may help. The remedy of a field stands at the end of its description, and
 * alone in its `localized_message`. A second `BadRequest` names the same fields in the same order, each in Chinese, for forms that show it there;
 * `inChinese` false leaves it out.
 */
export function detailsOf(refusal: Refusal, { inChinese = true } = {}): Detail[] {
  const details: Detail[] = [
    detail(
      ErrorInfoSchema,
      create(ErrorInfoSchema, { reason: refusal.reason, domain: ERROR_DOMAIN, metadata: { ...refusal.metadata } }),
    ),
    detail(LocalizedMessageSchema, create(LocalizedMessageSchema, { locale: "zh-CN", message: refusal.localized })),
  ];
  if (refusal.retryAfterMs !== undefined) {
    // Clocks that nobody sets tell fractions, and a Duration that has a fraction of a nanosecond ends the process that sends it.
    const retryDelay = durationFromMs(Math.ceil(refusal.retryAfterMs));
    details.push(detail(RetryInfoSchema, create(RetryInfoSchema, { retryDelay })));
  }
  if (refusal.fields.length > 0) {
    const fieldViolations = refusal.fields.map((violation) => violationOf(violation, refusal.reason));
    details.push(detail(BadRequestSchema, create(BadRequestSchema, { fieldViolations })));
    if (inChinese && refusal.fields.some(({ localized }) => localized !== ""))
      details.push(
        detail(BadRequestSchema, create(BadRequestSchema, { fieldViolations: refusal.fields.map(chineseOf) })),
      );
  }
  return details;
}

/** Packs details as they travel in `google.rpc.Status`. */
export function packDetails(details: readonly Detail[]): Any[] {
  return details.map(({ desc, value }) => anyPack(desc, value));
}

/**
 * Rebuilds a refusal from details that came over the wire. Resolves to `undefined` where no `ErrorInfo` of this platform is
 * among them, or where its reason is not of the closed list (a newer peer).
 */
export function refusalFromDetails(
  message: string,
  packed: readonly { type: string; value: Uint8Array }[],
): Refusal | undefined {
  const info = find(packed, ErrorInfoSchema);
  if (info?.domain !== ERROR_DOMAIN || !isReason(info.reason)) return undefined;
  const detail: RefusalDetail = { metadata: info.metadata };
  const localized = find(packed, LocalizedMessageSchema)?.message;
  if (localized) detail.localized = localized;
  const retry = find(packed, RetryInfoSchema)?.retryDelay;
  if (retry) detail.retryAfterMs = durationMs(retry);
  const [violations, chinese] = all(packed, BadRequestSchema).map(({ fieldViolations }) => fieldViolations);
  if (violations) {
    detail.fields = violations.map(({ field, description, localizedMessage }, index) => {
      const remedy = localizedMessage?.message ?? "";
      const told = remedy ? description.slice(0, -remedySuffix(remedy).length) : description;
      return { field, description: told, remedy, localized: chinese?.[index]?.localizedMessage?.message ?? "" };
    });
  }
  return new Refusal(info.reason, message, detail);
}

/** Type name and bytes of packed details. */
export function unpackAny(any: Any): { type: string; value: Uint8Array } {
  return { type: any.typeUrl.slice(any.typeUrl.lastIndexOf("/") + 1), value: any.value };
}

/** Size of packed details on the wire, bytes. */
export function packedSize(packed: readonly Any[]): number {
  return packed.reduce((sum, any) => sum + toBinary(AnySchema, any).length + 4, 0);
}

function detail<D extends DescMessage>(desc: D, value: MessageShape<D>): Detail {
  return { desc, value };
}

function remedySuffix(remedy: string): string {
  return ` (${remedy})`;
}

function violationOf({ field, description, remedy }: FieldViolation, reason: string) {
  if (remedy === "") return { field, description, reason };
  return {
    field,
    description: description + remedySuffix(remedy),
    reason,
    localizedMessage: { locale: "en", message: remedy },
  };
}

function chineseOf({ field, localized }: FieldViolation) {
  return { field, localizedMessage: { locale: "zh-CN", message: localized } };
}

type Packed = readonly { type: string; value: Uint8Array }[];

function find<D extends DescMessage>(packed: Packed, desc: D): MessageShape<D> | undefined {
  return all(packed, desc)[0];
}

function all<D extends DescMessage>(packed: Packed, desc: D): MessageShape<D>[] {
  return packed.filter(({ type }) => type === desc.typeName).map(({ value }) => fromBinary(desc, value));
}
