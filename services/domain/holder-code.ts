import { citizenIdFault } from "./citizen-id.ts";
import type { Holder } from "./message.ts";
import { type FieldViolation, Refusal } from "./refusal.ts";
import { socialCreditCodeFault } from "./social-credit-code.ts";
import { nameFault } from "./text-rule.ts";

/** Whether a holder is a natural person (自然人) or a legal person or other organisation (法人和其他组织). */
export type HolderKind = "person" | "organisation";

/** Holder code types (持证主体代码类型, GB/T 36903 Annex A, with 551 and 552 that later lists add). */
export const HOLDER_CODE_TYPES: Readonly<Record<string, { name: string; kind: HolderKind }>> = {
  "001": { name: "统一社会信用代码", kind: "organisation" },
  "099": { name: "其他法人或其他组织证件", kind: "organisation" },
  "111": { name: "公民身份号码", kind: "person" },
  "114": { name: "解放军军官证", kind: "person" },
  "115": { name: "武警警官证", kind: "person" },
  "118": { name: "解放军士兵证", kind: "person" },
  "119": { name: "武警士兵证", kind: "person" },
  "120": { name: "解放军文职", kind: "person" },
  "122": { name: "武警文职", kind: "person" },
  "411": { name: "外交护照", kind: "person" },
  "412": { name: "公务护照", kind: "person" },
  "413": { name: "公务普通护照", kind: "person" },
  "414": { name: "普通护照", kind: "person" },
  "511": { name: "台湾居民来往大陆通行证", kind: "person" },
  "516": { name: "港澳居民来往内地通行证", kind: "person" },
  "551": { name: "港澳居民居住证", kind: "person" },
  "552": { name: "台湾居民居住证", kind: "person" },
  "999": { name: "其他自然人证件", kind: "person" },
};

/** Officers' cards carry Chinese characters (南字第…号), so these are allowed beside letters and digits. */
const OTHER_CODE = /^[\p{Script=Han}A-Za-z0-9()（）〔〕\-/]{1,64}$/u;

/** The kind of holder that a code type belongs to, or `undefined` for a type that Annex A does not know. */
export function holderKindOf(codeType: string): HolderKind | undefined {
  return Object.hasOwn(HOLDER_CODE_TYPES, codeType) ? HOLDER_CODE_TYPES[codeType]?.kind : undefined;
}

/**
 * Tells why a code does not suit its type, or `undefined` where it does: 001 is checked as a social credit code, 111 as a
 * citizen id, all others by length and characters. The sentence never repeats the code.
 */
export function holderCodeFault(codeType: string, code: string): string | undefined {
  if (codeType === "001") return socialCreditCodeFault(code);
  if (codeType === "111") return citizenIdFault(code);
  return OTHER_CODE.test(code)
    ? undefined
    : "the code has 1 to 64 letters, digits or Chinese characters without spaces";
}

/** Every violation of one holder, under the path of its message (`holders[0]`). `kind` limits who may hold the certificate. */
export function checkHolder(holder: Holder, path: string, kind?: HolderKind): FieldViolation[] {
  const violations: FieldViolation[] = [];
  const name = nameFault(holder.name);
  if (name !== undefined)
    violations.push({ field: `${path}.name`, description: name, remedy: "send the name as registered" });
  const actual = holderKindOf(holder.codeType);
  const typeField = `${path}.code_type`;
  if (actual === undefined) {
    violations.push({
      field: typeField,
      description: "unknown type",
      remedy: "use a code of GB/T 36903 Annex A, such as 111",
    });
    return violations;
  }
  if (kind !== undefined && actual !== kind) {
    const description = `the holder must be ${kind === "person" ? "a natural person" : "an organisation"}`;
    violations.push({ field: typeField, description, remedy: "check the holder or the catalog item" });
  }
  const code = holderCodeFault(holder.codeType, holder.code);
  if (code !== undefined)
    violations.push({ field: `${path}.code`, description: code, remedy: "check the code with the holder" });
  return violations;
}

/**
 * Holds all holders of a certificate, and that no two are the same. Throws one refusal with every violation: `CODE_INVALID`
 * where only codes are wrong, `INVALID_FIELD` otherwise.
 */
export function requireHolders(holders: readonly Holder[], kind?: HolderKind, path = "holders"): void {
  const fields = holders.flatMap((holder, index) => checkHolder(holder, `${path}[${index}]`, kind));
  const seen = new Set<string>();
  for (const [index, { codeType, code }] of holders.entries()) {
    const key = `${codeType} ${code}`;
    if (seen.has(key))
      fields.push({ field: `${path}[${index}]`, description: "the same holder twice", remedy: "name it once" });
    seen.add(key);
  }
  if (holders.length === 0) fields.push({ field: path, description: "no holder", remedy: "name at least one holder" });
  if (fields.length === 0) return;
  const reason = fields.every(({ field }) => field.endsWith("].code")) ? "CODE_INVALID" : "INVALID_FIELD";
  throw new Refusal(reason, `${fields.length} violation(s) in the holders`, { fields });
}
