import type { FormInstance } from "antd";
import { useEffect } from "react";
import { fieldPath } from "../../staff-model/field-path.ts";
import { toldOf } from "../call/refusal.ts";
import { useLanguage } from "../text/language.ts";

/** Names that lead to a field of a form. */
type Place = readonly (string | number)[];

/**
 * Shows what the node says of single fields at these fields, and leads to the first of them. `root`: the member of the request that the form fills. `placed`: where
 * a field is in that request that the node names by another contract. `onScreen`: where a field of that request is in the form, whose values are given.
 */
export function useRefusedFields<Values>(
  form: FormInstance,
  error: unknown,
  root: string,
  placed = asItIs,
  onScreen: (values: Values, place: Place) => Place = sameInForm,
): void {
  const language = useLanguage();
  useEffect(() => {
    if (!error) return;
    const { fields } = toldOf(error, language);
    const values = form.getFieldsValue(true) as Values;
    // Places within a field that holds JSON are told at that one field, all of them.
    const byField = Map.groupBy(fields, ({ path }) => JSON.stringify(onScreen(values, fieldPath(placed(path), root))));
    const told = [...byField].map(([name, faults]) => ({
      name: JSON.parse(name) as (string | number)[],
      errors: faults.map(({ text }) => text),
    }));
    form.setFields(told);
    const [first] = told;
    if (first) form.scrollToField(first.name, { block: "center", focus: true });
    // Said of what was sent then: whoever sends again is not told of it still, where only the node has rules.
    return () => form.setFields(told.map(({ name }) => ({ name, errors: [] })));
  }, [error, language, form, root, placed, onScreen]);
}

const asItIs = (path: string) => path;
const sameInForm = <P>(_: unknown, place: P) => place;
