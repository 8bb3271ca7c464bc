import { type ConnectRequest, textHeader } from "../../call/listen/connect-request.ts";
import { readSmallBody } from "../../call/listen/small-body.ts";
import { type FieldViolation, Refusal } from "../../domain/refusal.ts";
import type { PasswordClaim } from "../passwords/prove-password.ts";

/** Fields of a body of short texts: what they must look like, and how to send them. */
type Fields<K extends string> = Readonly<Record<K, { pattern: RegExp; what: string; chinese: string }>>;

const CODE: Fields<"code"> = { code: { pattern: /^.+$/s, what: "the code of the sign-in", chinese: "登录码" } };
const CLAIM: Fields<keyof PasswordClaim> = {
  account: { pattern: /^.{1,61}$/s, what: "the account", chinese: "账户" },
  password: {
    pattern: /^.{1,128}$/su,
    what: "the password, at most 128 characters",
    chinese: "密码（不超过128个字符）",
  },
  code: { pattern: /^[0-9]{6}$/, what: "the six digits of the second factor", chinese: "6位数字的动态口令" },
};

/** The code of a sign-in. Refuses (`INVALID_FIELD`) a body without it. */
export async function codeInBody(request: ConnectRequest): Promise<string> {
  return (await fieldsOf(request, CODE)).code;
}

/** Account, password and code of the second factor. Refuses (`INVALID_FIELD`) each that is missing or cannot be one. */
export function passwordInBody(request: ConnectRequest): Promise<Required<PasswordClaim>> {
  return fieldsOf(request, CLAIM);
}

/** Reads a body: a JSON object, or what a form of a page sends. */
async function fieldsOf<K extends string>(request: ConnectRequest, wanted: Fields<K>): Promise<Record<K, string>> {
  const body = await readSmallBody(request);
  const isForm = textHeader(request, "content-type")?.startsWith("application/x-www-form-urlencoded");
  const given = isForm ? Object.fromEntries(new URLSearchParams(body)) : objectOf(body);
  const names = Object.keys(wanted) as K[];
  const faults = names.flatMap((field): FieldViolation[] => {
    const value = given[field];
    const { pattern, what, chinese } = wanted[field];
    if (typeof value === "string" && pattern.test(value)) return [];
    const example = `{${names.map((name) => `"${name}": "…"`).join(", ")}}`;
    const description = value === undefined ? "is missing" : `is not ${what}`;
    const localized = `${value === undefined ? "缺少" : "不是"}${chinese}，请求体应为JSON：${example}`;
    return [{ field, description, remedy: `send ${what}, in JSON: ${example}`, localized }];
  });
  const [first] = faults;
  if (first) throw new Refusal("INVALID_FIELD", `${first.field}: ${first.description}`, { fields: faults });
  return given as Record<K, string>;
}

function objectOf(body: string): Record<string, unknown> {
  try {
    const json: unknown = JSON.parse(body);
    if (typeof json === "object" && json !== null) return json as Record<string, unknown>;
  } catch {
    // Told by the fields that it lacks.
  }
  return {};
}
