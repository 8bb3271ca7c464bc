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
    const told = fields.map(({ path, text }) => ({ name: fieldPath(path, root), errors: [text] }));
    form.setFields(told);
    const [first] = told;
    if (first) form.scrollToField(first.name, { block: "center", focus: true });
  }, [error, language, form, root]);
}
