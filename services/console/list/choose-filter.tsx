import { Select } from "antd";
import { useTexts } from "../text/texts.ts";
import type { Filters } from "./filters.ts";
import { LIST } from "./list-texts.ts";

/** Narrows a list by one of several values, or by none of them; the choice stands in the address. */
export function ChooseFilter(props: {
  filters: Filters;
  name: string;
  label: string;
  options: readonly { readonly value: string; readonly label: string }[];
}) {
  const { filters, name, label, options } = props;
  const { all } = useTexts(LIST);
  return (
    <Select
      aria-label={label}
      value={filters.get(name)}
      onChange={(value) => filters.set(name, value)}
      popupMatchSelectWidth={false}
      options={[{ value: "", label: all(label) }, ...options]}
    />
  );
}
