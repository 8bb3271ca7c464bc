import { sha256Hex } from "../../domain/canonical.ts";
import type { OriginDifference } from "../../domain/origin-difference.ts";
import { type FieldViolation, Refusal } from "../../domain/refusal.ts";

/** The members of a statement that stand in the request under `order`. */
const OF_ORDER =
  /^\/(businessSerial|itemCode|issuerCode|number|issueDate|validFrom|validTo|version|holders|attachments)(?=\/|$)/;

/** The refusal of a caller whose signed octets are not the statement of its order: each member, and the digests of both. */
export function refuseDifferences(
  differences: readonly OriginDifference[],
  { expected, signed }: { expected: Uint8Array; signed: Uint8Array },
): Refusal {
  const members = differences.map(({ member }) => member || "its form").join(", ");
  const message = `what was signed is not the statement of this order: ${members}`;
  return new Refusal("ORIGIN_INVALID", message, {
    metadata: { statementSha256: sha256Hex(expected), signedSha256: sha256Hex(signed) },
    fields: differences.map(violationOf),
  });
}

/** Where a member of the statement stands in the request: its path, a JSON pointer for business data. */
export function requestField(member: string): string {
  if (/^\/data(?:\/|$)/.test(member)) return member;
  if (member === "/signedAt") return "origin.signed_at";
  if (member === "/replaces") return "replaces";
  if (!OF_ORDER.test(member)) return "origin.statement";
  const path = member
    .replace(/^(\/attachments\/\d+)\/size$/, "$1/content")
    .replace(/\/(\d+)/g, "[$1]")
    .replaceAll("/", ".");
  return `order${path.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)}`;
}

function violationOf({ member, kind, expected, signed }: OriginDifference): FieldViolation {
  const field = requestField(member);
  const name = member.slice(1);
  switch (kind) {
    case "absent":
      return {
        field,
        description: `${name} is not in the signed statement, and the order has ${expected}`,
        remedy: `put ${name} into the statement and sign it`,
        localized: `所签声明缺少${name}，申请中为${expected}，请加入后重新签名`,
      };
    case "surplus":
      return {
        field,
        description: `${name} is ${signed} in the signed statement, and the order does not have it`,
        remedy: `leave ${name} out of the statement, not empty, and sign it`,
        localized: `所签声明多出${name}（${signed}），申请中没有，请去除该成员（不可留空）后重新签名`,
      };
    case "other":
      return {
        field,
        description: `${name || "the statement"} is ${signed} in what was signed, ${expected} in the order`,
        remedy: "sign what the order says, or send what was signed",
        localized: `所签声明${name}为${signed}，申请中为${expected}，请改为一致后重新签名`,
      };
    case "form":
      return {
        field,
        description: `the same JSON in another form: expected ${expected}; signed ${signed}`,
        remedy: "write the statement in the canonical form of RFC 8785",
        localized: `内容一致但形式不同：应为 ${expected}；所签 ${signed}，请按RFC 8785规范化后重新签名`,
      };
    case "unreadable":
      return {
        field,
        description: "the signed statement is no JSON in UTF-8",
        remedy: "send the octets that were signed, as they are",
        localized: "所签声明不是UTF-8编码的JSON，请原样发送所签字节",
      };
  }
}
