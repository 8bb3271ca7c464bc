import type { HolderActor } from "../../domain/actor.ts";
import { holderCodeFault, holderKindOf } from "../../domain/holder-code.ts";
import { Refusal } from "../../domain/refusal.ts";
import { nameFault } from "../../domain/text-rule.ts";
import type { HolderClaims, HolderProvider } from "../../host/holder-provider.ts";

type Claims = Readonly<Record<string, unknown>>;
type Named = Pick<HolderActor, "name" | "code" | "codeType">;

/**
 * Who a token of a provider stands for, by the mapping of its configuration: the organisation where the token names one, with the person who
 * acts for it, else the person. Throws `TOKEN_REFUSED` where the assurance is too low, or a claim is missing, of another kind, or names several.
 */
export function holderIn(claims: Claims, provider: HolderProvider): HolderActor {
  requireAssurance(claims, provider);
  const { organisation, person, issuer } = provider;
  if (organisation && valueAt(claims, organisation.code) !== undefined) {
    const { acting, ...own } = organisation;
    const standsFor = named(claims, own, "organisation");
    return { kind: "holder", ...standsFor, provider: issuer, acting: named(claims, acting, "person") };
  }
  if (person) return { kind: "holder", ...named(claims, person, "person"), provider: issuer };
  throw refused(organisation?.code ?? "sub", "is missing", "缺少");
}

function requireAssurance(claims: Claims, { assurance }: HolderProvider): void {
  if (assurance === undefined) return;
  const level = valueAt(claims, assurance.claim);
  if (typeof level === "string" && assurance.values.includes(level)) return;
  const message = `the identity provider says ${assurance.claim} ${JSON.stringify(level) ?? "nothing"}, and one of ${assurance.values.join(", ")} is needed: sign in by real name`;
  throw new Refusal("TOKEN_REFUSED", message, { localizedDetail: "实名认证等级不足，请完成实名认证后重新登录" });
}

function named(claims: Claims, { name, code, codeType }: HolderClaims, kind: "person" | "organisation"): Named {
  const type = "fixed" in codeType ? codeType.fixed : typeIn(claims, codeType);
  const found = { name: textAt(claims, name), code: textAt(claims, code), codeType: type };
  const fault = nameFault(found.name);
  if (fault) throw refused(name, `is no name: ${fault.description}`, "不是姓名或名称");
  if (holderKindOf(type) !== kind)
    throw refused(code, `is of a code type for another kind than ${kind}`, "代码类型不符");
  const codeFault = holderCodeFault(type, found.code);
  if (codeFault !== undefined) throw refused(code, `is refused: ${codeFault}`, "代码不正确");
  return found;
}

function typeIn(claims: Claims, { claim, values }: { claim: string; values: Record<string, string> }): string {
  const said = textAt(claims, claim);
  const type = Object.hasOwn(values, said) ? values[said] : undefined;
  if (type !== undefined) return type;
  throw refused(claim, `is none of ${Object.keys(values).join(", ")}`, "证件类型不明");
}

/** One text; a list would be several persons. */
function textAt(claims: Claims, path: string): string {
  const value = valueAt(claims, path);
  if (typeof value === "string" && value !== "") return value;
  if (value === undefined) throw refused(path, "is missing", "缺少");
  throw refused(path, "is not one text", "不是单一的文字");
}

function valueAt(claims: Claims, path: string): unknown {
  return path.split(".").reduce<unknown>((value, member) => {
    const isThere = typeof value === "object" && value !== null && Object.hasOwn(value, member);
    return isThere ? (value as Record<string, unknown>)[member] : undefined;
  }, claims);
}

/** Names the claim and never its value: that is a person's. */
function refused(claim: string, why: string, localized: string): Refusal {
  const message = `claim ${claim} of the access token ${why}: the operator compares the provider's claims with \`holders\` of the configuration`;
  const localizedDetail = `令牌的声明${claim}${localized}，请重新登录；仍不成功时请联系运维核对身份提供方的配置`;
  return new Refusal("TOKEN_REFUSED", message, { localizedDetail, metadata: { claim } });
}
