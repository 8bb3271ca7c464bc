import { create } from "@bufbuild/protobuf";
import { AccountSchema } from "../../../proto/gen/ecert/identity/v1/account_pb.ts";
import { Role } from "../../../proto/gen/ecert/type/v1/permission_pb.ts";
import { checkFieldRules } from "../../call/request/field-rules.ts";
import { pemFault } from "../../call/request/program-texts.ts";
import { STATEMENT_GOOD_MS } from "../../domain/activation-statement.ts";
import { sha256Hex } from "../../domain/canonical.ts";
import { instantOf, isInstant } from "../../domain/instant.ts";
import { type FieldViolation, Refusal, refuseField } from "../../domain/refusal.ts";
import { MAX_NAME_LENGTH, textFault } from "../../domain/text-rule.ts";
import { faultOf } from "./all-of.ts";

/** What a department's institution certificate says of its administrator (5.8.3). */
export interface ActivationStatement {
  departmentCode: string;
  account: string;
  name: string;
  certificatePem: string;
  /** When it was said. */
  at: Date;
  /** SHA-256 of its bytes, lower-case hex. */
  sha256: string;
}

const MEMBERS = ["departmentCode", "account", "name", "certificatePem", "time"] as const;
type Said = Record<(typeof MEMBERS)[number], string>;

/** Reads a statement, and holds its time against the clock. Refuses (`INVALID_FIELD`) with everything that is wrong, under `statement/<member>`. */
export function readStatement(bytes: Uint8Array, now: Date): ActivationStatement {
  const said = membersOf(bytes);
  const faults = [...accountFaults(said), ...textFaults(said), ...timeFaults(said.time, now)];
  const [first] = faults;
  if (first) throw new Refusal("INVALID_FIELD", `${first.field}: ${first.description}`, { fields: faults });
  const { time, ...rest } = said;
  return { ...rest, at: new Date(instantOf(time)), sha256: sha256Hex(bytes) };
}

function membersOf(bytes: Uint8Array): Said {
  const json = parsed(bytes);
  const names = typeof json === "object" && json !== null && !Array.isArray(json) ? Object.keys(json) : [];
  const whole = names.length === MEMBERS.length && MEMBERS.every((name) => typeof json?.[name] === "string");
  if (whole) return json as Said;
  const description = `is no JSON object of the texts ${MEMBERS.join(", ")}, and nothing else`;
  const localized = `应为UTF-8 JSON对象，恰有文本成员${MEMBERS.join("、")}，请更正后重新签名`;
  throw refuseField("INVALID_FIELD", "statement", description, "write those five and sign it again", localized);
}

function parsed(bytes: Uint8Array): Record<string, unknown> | undefined {
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch {
    return undefined;
  }
}

/** Members by the names that an account has for them. */
const NAMES: Readonly<Record<string, keyof Said>> = { id: "account", name: "name", department_code: "departmentCode" };

function accountFaults({ account: id, name, departmentCode }: Said): FieldViolation[] {
  try {
    const roles = [Role.DEPARTMENT_ADMINISTRATOR];
    checkFieldRules(AccountSchema, create(AccountSchema, { id, name, departmentCode, roles }));
    return [];
  } catch (error) {
    return faultOf(error).fields.map((one) => ({ ...one, field: `statement/${NAMES[one.field] ?? one.field}` }));
  }
}

function textFaults({ name, certificatePem }: Said): FieldViolation[] {
  const found = { name: textFault(name, { max: MAX_NAME_LENGTH }), certificatePem: pemFault(certificatePem) };
  return Object.entries(found).flatMap(([member, fault]) =>
    fault ? [{ field: `statement/${member}`, ...fault }] : [],
  );
}

function timeFaults(time: string, now: Date): FieldViolation[] {
  const field = "statement/time";
  if (!isInstant(time)) {
    const localized = "不是带时区的RFC 3339时间，请更正后重新签名";
    return [{ field, description: "is no time of RFC 3339", remedy: "write the time with its zone", localized }];
  }
  if (Math.abs(instantOf(time) - now.getTime()) <= STATEMENT_GOOD_MS) return [];
  const description = `lies more than ${STATEMENT_GOOD_MS / 60_000} minutes from now, ${now.toISOString()}`;
  const localized = `与当前时间${now.toISOString()}相差超过${STATEMENT_GOOD_MS / 60_000}分钟，请以当前时间重新签名`;
  return [{ field, description, remedy: "sign a statement of now", localized }];
}
