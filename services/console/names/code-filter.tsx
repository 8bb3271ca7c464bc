import type { ComponentType } from "react";
import type { Filters } from "../list/filters.ts";
import { useTyped } from "../list/typed.ts";
import type { CodeField } from "./code-input.tsx";

/**
 * Narrows a list by one record, whose code stands in the address under this name. `Input`: what offers such records. `code`: what a whole code looks like: nothing
 * else is asked for. Without it any text is, once it is ended by Enter.
 */
export function CodeFilter(props: {
  filters: Filters;
  name: string;
  label: string;
  Input: ComponentType<CodeField>;
  code?: RegExp;
}) {
  const { filters, name, label, Input, code } = props;
  const set = filters.get(name);
  const { typed, type, ask } = useTyped(set);
  const settle = (text: string, left: boolean) => {
    const isWhole = text === "" || (code ? code.test(text) : !left);
    if (text === set || !isWhole) return;
    ask(text);
    filters.set(name, text);
  };
  return <Input label={label} value={typed} onChange={type} onSettled={settle} />;
}
