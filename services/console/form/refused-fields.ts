import type { FormInstance } from "antd";
import { useEffect } from "react";
import { toldOf } from "../call/refusal.ts";
import { useLanguage } from "../text/language.ts";
import { fieldPath } from "./field-path.ts";

/** Shows what the node says of single fields at these fields, and leads to the first of them. `root`: the member of the request that the form fills. */
export function useRefusedFields(form: FormInstance, error: unknown, root: string): void {
  const language = useLanguage();
  useEffect(() => {
    if (!error) return;
    const { fields } = toldOf(error, language);
    // Places within a field that holds JSON are told at that one field, all of them.
    const byField = Map.groupBy(fields, ({ path }) => JSON.stringify(fieldPath(path, root)));
    const told = [...byField].map(([name, faults]) => ({
      name: JSON.parse(name) as (string | number)[],
      errors: faults.map(({ text }) => text),
    }));
    form.setFields(told);
    const [first] = told;
    if (first) form.scrollToField(first.name, { block: "center", focus: true });
  }, [error, language, form, root]);
}
