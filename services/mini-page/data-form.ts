import { element } from "../public-page/element.ts";
import type { DataField } from "../staff-model/data-fields.ts";
import type { Counter } from "./counter.ts";
import { type Form, getAt, type Path, setAt } from "./form.ts";
import { addOne, removeOne } from "./mini-texts.ts";

/** What the inputs of data items are drawn with. */
export interface DataForm {
  readonly counter: Counter;
  readonly form: Form;
  readonly values: object;
  /** Whether a data item follows from the order. */
  locked(path: Path): boolean;
  changed(): void;
}

/** The inputs of data items, by their standard. Pictures travel as attachments and are asked for there. */
export function dataInputs(data: DataForm, fields: readonly DataField[], at: Path): HTMLElement[] {
  return fields.flatMap((field) => inputOf(data, field, [...at, field.name]));
}

function inputOf(data: DataForm, field: DataField, path: Path): HTMLElement[] {
  const { kind, title, members = [] } = field;
  if (kind === "picture") return [];
  if (kind === "group")
    return [element("fieldset", {}, element("legend", {}, title), ...dataInputs(data, members, path))];
  if (kind === "list" || kind === "table") return [rows(data, field, path)];
  return [value(data, field, path, title)];
}

function value({ form, locked }: DataForm, field: DataField, path: Path, label: string): HTMLElement {
  const { kind, description, required, maxLength, choices = [] } = field;
  return form.input({
    ...{ path, label, hint: description, required, maxLength, locked: locked(path) },
    kind: kind === "group" || kind === "list" || kind === "table" || kind === "picture" ? "text" : kind,
    choices: choices.map((one) => ({ value: one, label: one })),
  });
}

/** Rows that people add and take out. */
function rows(data: DataForm, field: DataField, path: Path): HTMLElement {
  const { counter, values, changed } = data;
  const { kind, title, members = [], maxItems, required } = field;
  const list = () => (getAt(values as never, path) as unknown[] | undefined) ?? [];
  if (required && list().length === 0) setAt(values as never, path, [kind === "table" ? {} : ""]);
  const put = (next: unknown[]) => {
    setAt(values as never, path, next);
    changed();
    counter.redraw();
  };
  const { say, button } = counter;
  const drawn = list().map((_, index) => {
    const named = `${title} ${index + 1}`;
    const inputs =
      kind === "table"
        ? dataInputs(data, members, [...path, index])
        : [value(data, members[0] as DataField, [...path, index], named)];
    const remove = button(say(removeOne(named)), () => put(list().filter((_one, at) => at !== index)));
    return element("div", { class: "row", role: "group", "aria-label": named }, ...inputs, remove);
  });
  const isFull = maxItems !== undefined && drawn.length >= maxItems;
  const add = button(say(addOne(title)), () => put([...list(), kind === "table" ? {} : ""]));
  add.disabled = isFull;
  return element("fieldset", {}, element("legend", {}, title), ...drawn, add);
}
