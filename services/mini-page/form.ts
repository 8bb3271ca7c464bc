import { element } from "../public-page/element.ts";
import type { Both } from "../public-page/language.ts";
import { fieldPath } from "../staff-model/field-path.ts";
import type { Counter } from "./counter.ts";
import { required as askFor, TEXTS } from "./mini-texts.ts";

export type Path = readonly (string | number)[];
type Values = Record<string | number, unknown>;

/** How one value is asked for. */
export interface Ask {
  readonly path: Path;
  readonly label: string;
  readonly hint?: string;
  readonly required?: boolean;
  readonly kind?: "text" | "area" | "date" | "integer" | "number" | "yesNo" | "choice" | "code";
  readonly choices?: readonly { readonly value: string; readonly label: string }[];
  readonly maxLength?: number | undefined;
  /** Filled in by itself. */
  readonly locked?: boolean;
}

/** Inputs over values that a draft keeps: what is typed stands in the values at once, and inputs may be drawn anew from them. */
export interface Form {
  input(ask: Ask): HTMLElement;
  /** Shows at its place what stands in the values now. */
  refresh(path: Path): void;
  /** Whether all that is required is there; tells what is missing at its place. `optional`: the member that may be left out this time. */
  complete(optional?: string): boolean;
  /** Shows what the node says of fields at their places, and leads to the first. `root`: the member of the request that the form fills; `onScreen`: where a field of it is in the form. */
  tell(
    faults: readonly { readonly path: string; readonly text: Both }[],
    root: string,
    onScreen?: (place: Path) => Path,
  ): void;
  /** Forgets the inputs before they are drawn anew. */
  clear(): void;
}

type Input = HTMLInputElement | HTMLSelectElement | HTMLTextAreaElement;
interface Shown {
  readonly ask: Ask;
  readonly input: Input;
  readonly fault: HTMLElement;
}

/** Opens a form over values. `changed` is told of each change. */
export function openForm({ say }: Counter, values: object, changed: () => void): Form {
  const shown = new Map<string, Shown>();
  const keyOf = (path: Path) => JSON.stringify(path);

  function write(ask: Ask, input: Input): void {
    setAt(values as Values, ask.path, typedIn(ask, input));
    mark(ask.path);
    changed();
  }

  function mark(path: Path, text?: string): HTMLElement | undefined {
    const one = shown.get(keyOf(path));
    if (!one) return undefined;
    one.fault.textContent = text ?? "";
    one.input.ariaInvalid = text === undefined ? null : "true";
    return one.input;
  }

  return {
    input(ask) {
      const { path, label, hint, required, locked } = ask;
      const id = `ask-${path.join("-")}`;
      const input = inputOf(ask, id);
      fill(input, getAt(values as Values, path));
      const fault = element("p", { id: `${id}-fault`, class: "wrong" });
      input.setAttribute("aria-describedby", `${id}-hint ${id}-fault`);
      input.addEventListener("input", () => write(ask, input));
      shown.set(keyOf(path), { ask, input, fault });
      const told = locked ? say(TEXTS.locked) : hint;
      const marked = required && !locked ? element("span", { "aria-hidden": "true" }, " *") : undefined;
      if (required && !locked) input.setAttribute("aria-required", "true");
      const labelled = element("label", { for: id }, label, marked);
      return element(
        "div",
        { class: ask.kind === "yesNo" ? "ask tick" : "ask" },
        labelled,
        input,
        element("p", { id: `${id}-hint`, class: "quiet" }, told),
        fault,
      );
    },
    refresh(path) {
      const one = shown.get(keyOf(path));
      if (one) fill(one.input, getAt(values as Values, path));
    },
    complete(optional) {
      for (const { ask } of shown.values()) if (ask.path[0] === optional) mark(ask.path);
      const missing = [...shown.values()].filter(
        ({ ask, input }) =>
          ask.path[0] !== optional &&
          ask.required &&
          !ask.locked &&
          input.isConnected &&
          typedIn(ask, input) === undefined,
      );
      for (const { ask } of missing) mark(ask.path, say(askFor(ask.label)));
      missing[0]?.input.focus();
      return missing.length === 0;
    },
    tell(faults, root, onScreen = (place) => place) {
      const inputs = faults.map(({ path, text }) => mark(onScreen(fieldPath(path, root)), say(text)));
      inputs.find((input) => input !== undefined)?.focus();
    },
    clear: () => shown.clear(),
  };
}

function inputOf({ kind = "text", choices = [], locked = false, maxLength }: Ask, id: string): Input {
  const given = { id, disabled: locked, maxlength: maxLength, autocomplete: "off" };
  if (kind === "choice") {
    const options = [
      element("option", { value: "" }),
      ...choices.map(({ value, label }) => element("option", { value }, label)),
    ];
    return element("select", { id, disabled: locked }, ...options);
  }
  if (kind === "area") return element("textarea", { ...given, rows: 3 });
  if (kind === "yesNo") return element("input", { id, type: "checkbox", disabled: locked });
  if (kind === "date") return element("input", { id, type: "date", disabled: locked });
  const isNumber = kind === "integer" || kind === "number";
  const mode = isNumber ? (kind === "integer" ? "numeric" : "decimal") : undefined;
  return element("input", { ...given, inputmode: mode, ...(kind === "code" && { autocapitalize: "characters" }) });
}

function fill(input: Input, value: unknown): void {
  if (input instanceof HTMLInputElement && input.type === "checkbox") input.checked = value === true;
  else input.value = value === undefined || value === null ? "" : String(value);
}

/** What stands in an input; `undefined`: nothing. A number that is none stays the text that it is, so that the node can say what is wrong. */
function typedIn({ kind }: Ask, input: Input): unknown {
  if (input instanceof HTMLInputElement && input.type === "checkbox") return input.checked;
  const text = input.value.trim();
  if (text === "") return undefined;
  if (kind !== "integer" && kind !== "number") return text;
  return Number.isFinite(Number(text)) ? Number(text) : text;
}

/** The value at a place. */
export function getAt(values: Values, path: Path): unknown {
  return path.reduce<unknown>((one, step) => (one as Values | undefined)?.[step], values);
}

/** Puts a value at a place, making what leads there. */
export function setAt(values: Values, path: Path, value: unknown): void {
  const [step, ...rest] = path;
  if (step === undefined) return;
  if (rest.length === 0) {
    values[step] = value;
    return;
  }
  values[step] ??= typeof rest[0] === "number" ? [] : {};
  setAt(values[step] as Values, rest, value);
}
