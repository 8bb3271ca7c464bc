import { citizenIdFault } from "./citizen-id.ts";
import type { Holder } from "./message.ts";
import { socialCreditCodeFault } from "./social-credit-code.ts";
import { nameFault, type TextFault } from "./text-rule.ts";

/** What no natural person, and no trader who may go by a shop's name, is called at the end of the name. */
const OF_ORGANISATIONS =
  /(?:公司|合作社|委员会|协会|学会|基金会|研究院|研究所|大学|学院|银行|集团|管理局|监督局|人民政府)(?:（[^（）]*）)?$/u;
/** What the name of an enterprise ends on, beside those above, where it is as short as a person's. */
const FORM_OF_ENTERPRISE = /[厂店社行馆所部站场院坊铺楼园局处厅会校司号吧庄队房心]$/u;
/** 梁示例; 阿依古丽·买买提. */
const SHAPE_OF_PERSON = /^\p{Script=Han}{2,3}$|^\p{Script=Han}+(?:·\p{Script=Han}+)+$/u;
/** Social credit codes of enterprises: registered by market supervision (9), as an enterprise (1). A trader's (92) may bear the trader's name. */
const ENTERPRISE = /^91/;

/**
 * Tells why a name is not that of whoever has the code, or `undefined`. Beside what {@link nameFault} refuses only what is surely wrong: no letter
 * in it; a code in its place; the name of an organisation for a person's code; the shape of a person's name for an enterprise's code.
 */
export function holderNameFault(
  { name, code, codeType }: Holder,
  kind: "person" | "organisation" | undefined,
): TextFault | undefined {
  const fault = nameFault(name);
  if (fault !== undefined) return fault;
  if (!/\p{L}/u.test(name)) {
    return told(
      "the name holds no letter",
      "write the name that goes with the code",
      "名称中没有文字，请填写与代码相符的名称",
    );
  }
  if (name === code || socialCreditCodeFault(name) === undefined || citizenIdFault(name) === undefined) {
    const remedy = "write the name here, and the code in `code`";
    return told("a code stands in place of the name", remedy, "此处填写了代码，请填写名称，代码填入code");
  }
  if (kind === "person" && OF_ORGANISATIONS.test(name)) {
    const description = "an organisation's name goes with a natural person's code";
    const localized = "代码类型属于自然人，名称却是法人或其他组织的名称，请核对名称和代码类型";
    return told(description, "correct the name, or the code and its type", localized);
  }
  if (codeType === "001" && ENTERPRISE.test(code) && SHAPE_OF_PERSON.test(name) && !isOfEnterprise(name)) {
    const description = "a name of the shape of a person's goes with an enterprise's code";
    const localized = "代码属于企业，名称却是自然人姓名的形式，请按营业执照填写企业全称，或核对代码";
    return told(description, "write the enterprise's full name as registered, or correct the code", localized);
  }
  return undefined;
}

function isOfEnterprise(name: string): boolean {
  return FORM_OF_ENTERPRISE.test(name) || OF_ORGANISATIONS.test(name);
}

function told(description: string, remedy: string, localized: string): TextFault {
  return { description, remedy, localized };
}
