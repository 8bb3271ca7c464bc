import type { DataBinding } from "../domain/data-binding.ts";
import type { FieldViolation } from "../domain/refusal.ts";
import { type Schema, schemasAt, typesOf } from "./schema-path.ts";
import type { FaceElement, FaceTemplate, FieldSource } from "./template.ts";

/** What bindings are held against: the schema of the data, the face, and the most holders that there are. */
export interface BoundContent {
  dataSchema: Schema;
  template: FaceTemplate;
  holdersMax: number;
}

/**
 * 4.3.3: holds each binding to schema and face: the data item is bound once, the schema defines it as a text that can say it (a day as
 * `date`), there may be such a holder, and the face shows the item as it is, never through a `map` (but of code types, which are codes).
 * Gives every fault with the path of its binding.
 */
export function bindingFaults(bindings: readonly DataBinding[], content: BoundContent): FieldViolation[] {
  return bindings.flatMap((binding, index) => {
    const fault = (member: string, { description, remedy, localized }: Fault): FieldViolation => {
      return { field: `bindings[${index}].${member}`, description, remedy, localized };
    };
    const twice = bindings.findIndex(({ dataItem }) => dataItem === binding.dataItem) !== index;
    const item = twice
      ? {
          description: "is bound twice",
          remedy: "bind each data item once",
          localized: "该数据项绑定了两次，请只绑定一次",
        }
      : itemFault(binding, content.dataSchema);
    const holder = holderFault(binding, content.holdersMax);
    const faults = item ? [fault("data_item", item)] : [];
    if (holder) faults.push(fault("metadata", holder));
    const shown = mappedAt(binding, content.template);
    if (shown !== undefined) {
      const description = `elements[${shown}] of the face shows ${binding.dataItem} through a map: it may show what the data do not say`;
      const localized = `照面elements[${shown}]经map显示${binding.dataItem}，可能与数据不一致，请按原样显示`;
      faults.push(fault("data_item", { description, remedy: "show it as it is", localized }));
    }
    return faults;
  });
}

type Fault = Omit<FieldViolation, "field">;

const DAYS = new Set(["issueDate", "validFrom", "validTo"]);

function itemFault({ dataItem, metadata }: DataBinding, dataSchema: Schema): Fault | undefined {
  const schemas = schemasAt(dataSchema, dataItem.split("/").slice(1));
  if (schemas.length === 0) {
    return {
      description: `the data schema defines no ${dataItem}`,
      remedy: "correct it, or define the data item",
      localized: `数据项标准中没有${dataItem}，请更正，或定义该数据项`,
    };
  }
  const types = typesOf(schemas);
  if (types.size !== 1 || !types.has("string")) {
    return {
      description: `${dataItem} is not a text in the data schema`,
      remedy: "define it as a string",
      localized: `数据项标准中${dataItem}不是文字，请定义为string`,
    };
  }
  const isDay = schemas.some(({ format }) => format === "date");
  if (isDay === DAYS.has(metadata)) return undefined;
  return isDay
    ? {
        description: `${dataItem} is a day, ${metadata} is none`,
        remedy: "bind it to a day, or not at all",
        localized: `${dataItem}是日期而${metadata}不是，请绑定到日期，或不绑定`,
      }
    : {
        description: `${metadata} is a day, ${dataItem} is none`,
        remedy: 'define it with `"format": "date"`',
        localized: `${metadata}是日期而${dataItem}不是，请定义为"format": "date"`,
      };
}

function holderFault({ dataItem, metadata }: DataBinding, holdersMax: number): Fault | undefined {
  const index = /^holders\[(.)\]/.exec(metadata)?.[1];
  if ((index === "*") !== dataItem.split("/").includes("*")) {
    return {
      description: "only one of the two is a list",
      remedy: "write `*` in both, or in neither",
      localized: "两者只有一个是列表，请同时写*，或都不写",
    };
  }
  if (index === undefined || index === "*" || Number(index) < holdersMax) return undefined;
  return {
    description: `there are ${holdersMax} holders at most`,
    remedy: `number them from 0 to ${holdersMax - 1}`,
    localized: `持证主体最多${holdersMax}个，编号应为0至${holdersMax - 1}`,
  };
}

/** The element that shows a bound item through a map. */
function mappedAt({ dataItem, metadata }: DataBinding, { elements }: FaceTemplate): number | undefined {
  if (metadata.endsWith(".codeType")) return undefined;
  const bound = generalised(dataItem.split("/").slice(1));
  const at = elements.findIndex((element) =>
    shownBy(element).some(({ source, map }) => {
      const [root, ...steps] = source.match(/[A-Za-z_]\w*|\d+|\*/g) ?? [];
      return map !== undefined && root === "data" && generalised(steps) === bound;
    }),
  );
  return at < 0 ? undefined : at;
}

/** What an element shows as texts. */
function shownBy(element: FaceElement): Pick<FieldSource, "source" | "map">[] {
  if (element.type === "table") {
    return element.columns.map((column) => ({ ...column, source: `${element.source}[*].${column.source}` }));
  }
  if (element.type !== "field") return [];
  return [element, ...(element.parts ?? [])].flatMap((part) =>
    "source" in part && part.source !== undefined ? [{ ...part, source: part.source }] : [],
  );
}

/** A path in which every member of a list is any. */
function generalised(steps: readonly string[]): string {
  return steps.map((step) => (/^\d+$/.test(step) ? "*" : step)).join("/");
}
