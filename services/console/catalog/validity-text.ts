import type { ValidityRule } from "../../domain/validity-rule.ts";
import { type Both, said } from "../text/texts.ts";
import { CATALOG } from "./catalog-texts.ts";

/** How long certificates of an item are valid, in words; what is no rule is shown as it is. */
export function validityText(ruleJson: string): string {
  const rule = ruleIn(ruleJson);
  switch (rule?.kind) {
    case "unlimited":
      return said(CATALOG.unlimited);
    case "fixed":
      return said("years" in rule ? CATALOG.fixedYears(rule.years) : CATALOG.fixedMonths(rule.months));
    case "stated":
      return said(
        joined([
          ...(rule.maxYears ? [CATALOG.atMost(rule.maxYears)] : []),
          ...(rule.openEnded ? [CATALOG.openEnded] : []),
        ]),
      );
    default:
      return ruleJson;
  }
}

function joined(parts: readonly Both[]): Both {
  const [chinese, english] = [parts.map(([text]) => text).join(""), parts.map(([, text]) => text).join("")];
  return [CATALOG.stated(chinese)[0], CATALOG.stated(english)[1]];
}

function ruleIn(text: string): ValidityRule | undefined {
  try {
    return JSON.parse(text) as ValidityRule;
  } catch {
    return undefined;
  }
}
