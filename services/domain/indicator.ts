import type { JsonObject } from "./canonical.ts";
import { pointerTo } from "./json-pointer.ts";
import type { RateFigures } from "./rates.ts";
import { refuseField } from "./refusal.ts";
import { type CountedCell, FLOWS, type Flow, flowsOf } from "./volumes.ts";

/** Measures that hold on a day. */
export const STOCKS = ["listed", "opened", "synchronous", "portal", "usable"] as const satisfies (keyof RateFigures)[];
type Stock = (typeof STOCKS)[number];

/** By what volumes are narrowed: each member names values of which the number must have one. */
export const FILTERS = ["item", "matter", "action", "reason"] as const;
type Filter = (typeof FILTERS)[number];

/** An amount that an indicator is made of. */
export type Amount =
  | { measure: Stock }
  | { measure: Flow; where: Partial<Record<Filter, readonly string[]>> }
  | { constant: number }
  | { sum: readonly Amount[] }
  | { difference: readonly [Amount, Amount] };

/** An indicator (4.7.4): one amount divided by another. */
export interface Indicator {
  numerator: Amount;
  denominator: Amount;
}

/** What an indicator is computed from: the figures of the last day of a period, and all that was counted in it. */
export interface Counted {
  figures: RateFigures;
  cells: readonly CountedCell[];
}

const MAX_DEPTH = 8;
const MAX_PARTS = 100;
const MAX_VALUES = 1_000;
const FIELD = "indicator.definition_json";
const FORMS = ["measure", "constant", "sum", "difference"] as const;

/**
 * Reads the definition of an indicator. Throws `INVALID_FIELD` where it is none, with the place as a JSON pointer behind the field; an amount nests
 * 8 deep at most, has 100 parts and a filter 1,000 values.
 */
export function parseIndicator(definition: JsonObject): Indicator {
  for (const key of Object.keys(definition))
    if (key !== "numerator" && key !== "denominator")
      throw unknownMember(pointerTo("", key), ["numerator", "denominator"]);
  const parts = { left: MAX_PARTS };
  return {
    numerator: amount(definition.numerator, "/numerator", 1, parts),
    denominator: amount(definition.denominator, "/denominator", 1, parts),
  };
}

/** The value of an indicator; `undefined` where its denominator is 0. */
export function indicatorValue({ numerator, denominator }: Indicator, counted: Counted): number | undefined {
  const divisor = amountOf(denominator, counted);
  return divisor === 0 ? undefined : amountOf(numerator, counted) / divisor;
}

/** Whether an indicator needs what was counted day by day. */
export function needsVolumes({ numerator, denominator }: Indicator): boolean {
  const needs = (one: Amount): boolean => {
    if ("sum" in one) return one.sum.some(needs);
    if ("difference" in one) return one.difference.some(needs);
    return "where" in one;
  };
  return needs(numerator) || needs(denominator);
}

function amountOf(one: Amount, counted: Counted): number {
  if ("constant" in one) return one.constant;
  if ("sum" in one) return one.sum.reduce((total, part) => total + amountOf(part, counted), 0);
  if ("difference" in one) return amountOf(one.difference[0], counted) - amountOf(one.difference[1], counted);
  if (!("where" in one)) return counted.figures[one.measure];
  const { measure, where } = one;
  return counted.cells
    .filter((cell) => flowsOf(cell).includes(measure))
    .filter((cell) => FILTERS.every((filter) => where[filter]?.includes(cell[filter]) ?? true))
    .reduce((total, { count }) => total + count, 0);
}

function amount(value: unknown, at: string, depth: number, parts: { left: number }): Amount {
  if (typeof value !== "object" || value === null || Array.isArray(value))
    throw wrong(
      at,
      "is no amount",
      "write an object with one of measure, constant, sum, difference",
      "应为对象，含measure、constant、sum、difference之一",
    );
  if (depth > MAX_DEPTH)
    throw wrong(at, "nests too deep", `nest ${MAX_DEPTH} levels at most`, `嵌套不得超过${MAX_DEPTH}层`);
  parts.left -= 1;
  if (parts.left < 0)
    throw wrong(at, "is one part too many", `use ${MAX_PARTS} parts at most`, `组成部分不得超过${MAX_PARTS}个`);
  const one = value as Record<string, unknown>;
  const forms = FORMS.filter((form) => Object.hasOwn(one, form));
  if (forms.length !== 1)
    throw wrong(
      at,
      `has ${forms.length} of measure, constant, sum, difference`,
      "give it exactly one",
      "须且只能有measure、constant、sum、difference之一",
    );
  const form = forms[0] as (typeof FORMS)[number];
  for (const key of Object.keys(one))
    if (key !== form && !(form === "measure" && key === "where")) throw unknownMember(pointerTo(at, key), FORMS);
  const nested = (part: unknown, index: number) => amount(part, `${at}/${form}/${index}`, depth + 1, parts);
  switch (form) {
    case "constant": {
      const { constant } = one;
      if (typeof constant === "number" && Number.isFinite(constant)) return { constant };
      throw wrong(`${at}/constant`, "is no number", "write a number", "应为数值");
    }
    case "sum": {
      const { sum } = one;
      if (Array.isArray(sum) && sum.length > 0) return { sum: sum.map(nested) };
      throw wrong(`${at}/sum`, "is no list of amounts", "list one amount at least", "应为至少含一项的列表");
    }
    case "difference": {
      const { difference } = one;
      if (Array.isArray(difference) && difference.length === 2)
        return { difference: difference.map(nested) as [Amount, Amount] };
      throw wrong(`${at}/difference`, "is no pair of amounts", "list two amounts", "应为两项的列表");
    }
    case "measure":
      return measured(one, at);
  }
}

function measured({ measure, where }: Record<string, unknown>, at: string): Amount {
  const stock = STOCKS.find((name) => name === measure);
  if (stock !== undefined && where === undefined) return { measure: stock };
  if (stock !== undefined)
    throw wrong(
      `${at}/where`,
      `does not go with ${stock}`,
      `only ${FLOWS.join(", ")} have filters`,
      `仅${FLOWS.join("、")}可带筛选条件`,
    );
  const flow = FLOWS.find((name) => name === measure);
  if (flow === undefined) {
    const all = [...STOCKS, ...FLOWS];
    throw wrong(`${at}/measure`, "is no measure", `take one of ${all.join(", ")}`, `应为${all.join("、")}之一`);
  }
  return { measure: flow, where: filters(where ?? {}, `${at}/where`) };
}

function filters(where: unknown, at: string): Partial<Record<Filter, readonly string[]>> {
  if (typeof where !== "object" || where === null || Array.isArray(where))
    throw wrong(at, "is no object", `name values by ${FILTERS.join(", ")}`, `应为对象，成员为${FILTERS.join("、")}`);
  for (const [key, values] of Object.entries(where)) {
    if (!FILTERS.some((filter) => filter === key)) throw unknownMember(pointerTo(at, key), FILTERS);
    const isList = Array.isArray(values) && values.length > 0 && values.length <= MAX_VALUES;
    if (!isList || !values.every((value) => typeof value === "string"))
      throw wrong(
        `${at}/${key}`,
        "is no list of texts",
        `list 1 to ${MAX_VALUES} texts`,
        `应为1至${MAX_VALUES}个文本的列表`,
      );
  }
  return where as Partial<Record<Filter, readonly string[]>>;
}

function unknownMember(at: string, known: readonly string[]) {
  return wrong(
    at,
    "is not known here",
    `take one of ${known.join(", ")}`,
    `不是可用的成员，应为${known.join("、")}之一`,
  );
}

function wrong(at: string, description: string, remedy: string, localized: string) {
  return refuseField("INVALID_FIELD", `${FIELD}${at}`, description, remedy, localized);
}
