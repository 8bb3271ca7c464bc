import { type Counted, indicatorValue } from "../../domain/indicator.ts";
import { listOf } from "../../store/pages-of.ts";
import type { SupervisionContext } from "../context.ts";
import { type NamedIndicator, namedIndicator } from "./indicator-record.ts";

/** The indicators of this node, by id. */
export async function indicatorsOf({ indicators }: Pick<SupervisionContext, "indicators">): Promise<NamedIndicator[]> {
  return (await listOf(indicators, { index: "all" })).map(namedIndicator);
}

/** The value of each indicator; of one without a value its id alone. */
export function valuesOf(indicators: readonly NamedIndicator[], counted: Counted): { id: string; value?: number }[] {
  return indicators.map(({ id, indicator }) => {
    const value = indicatorValue(indicator, counted);
    return value === undefined ? { id } : { id, value };
  });
}
