import { citizenIdFault } from "./citizen-id.ts";
import { holderNameFault } from "./holder-name.ts";
import type { Holder } from "./message.ts";
import { type FieldViolation, Refusal } from "./refusal.ts";
import { socialCreditCodeFault } from "./social-credit-code.ts";

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

/** A sentence of {@link holderCodeFault} in Chinese: a wrong shape is told as that, a wrong check character as that. */
export function localizedCodeFault(fault: string): string {
  if (fault.includes("check character")) return "校验码错误，请与持证主体核对";
  if (fault.includes("birth date")) return "公民身份号码中的出生日期不存在，请核对";
  if (fault.includes("social credit code"))
    return "统一社会信用代码应为18位数字或大写字母（不含I、O、S、V、Z），请核对";
  if (fault.includes("citizen id")) return "公民身份号码应为18位：17位数字，末位为数字或大写X，请核对";
  return "代码应为1至64位字母、数字或汉字，不含空格，请核对";
}

/** Every violation of one holder, under the path of its message (`holders[0]`). `kind` limits who may hold the certificate. */
export function checkHolder(holder: Holder, path: string, kind?: HolderKind): FieldViolation[] {
  const violations: FieldViolation[] = [];
  const actual = holderKindOf(holder.codeType);
  const name = holderNameFault(holder, actual);
  if (name !== undefined) violations.push({ field: `${path}.name`, ...name });
  const typeField = `${path}.code_type`;
  if (actual === undefined) {
    violations.push({
      field: typeField,
      description: "unknown type",
      remedy: "use a code of GB/T 36903 Annex A, such as 111",
      localized: "没有该代码类型，应为GB/T 36903附录A的代码，例如111公民身份号码、001统一社会信用代码",
    });
    return violations;
  }
  if (kind !== undefined && actual !== kind) {
    const description = `the holder must be ${kind === "person" ? "a natural person" : "an organisation"}`;
    const localized = `该目录项的持证主体应为${kind === "person" ? "自然人" : "法人或其他组织"}，请核对持证主体或目录项`;
    violations.push({ field: typeField, description, remedy: "check the holder or the catalog item", localized });
  }
  const code = holderCodeFault(holder.codeType, holder.code);
  if (code !== undefined)
    violations.push({
      field: `${path}.code`,
      description: code,
      remedy: "check the code with the holder",
      localized: localizedCodeFault(code),
    });
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
    const told = { remedy: "name it once", localized: "同一持证主体重复，请只填写一次" };
    if (seen.has(key)) fields.push({ field: `${path}[${index}]`, description: "the same holder twice", ...told });
    seen.add(key);
  }
  const none = { remedy: "name at least one holder", localized: "没有持证主体，请至少填写一个" };
  if (holders.length === 0) fields.push({ field: path, description: "no holder", ...none });
  refuseHolders(fields);
}

/** Holds one holder under its own path (`context.holder`), as {@link requireHolders} does those of a certificate. */
export function requireHolder(holder: Holder, path: string): void {
  refuseHolders(checkHolder(holder, path));
}

function refuseHolders(fields: FieldViolation[]): void {
  if (fields.length === 0) return;
  const reason = fields.every(({ field }) => field.endsWith(".code")) ? "CODE_INVALID" : "INVALID_FIELD";
  throw new Refusal(reason, `${fields.length} violation(s) in the holders`, { fields });
}
