import { Input } from "antd";
import type { Filters } from "./filters.ts";
import { useTyped } from "./typed.ts";

/** Narrows a list by a text of at most so many characters; it stands in the address under its name. */
export function TextFilter(props: { filters: Filters; name: string; label: string; most: number; className: string }) {
  const { filters, name, label, most, className } = props;
  const { typed, type, ask } = useTyped(filters.get(name));
  return (
    <Input.Search
      className={className}
      aria-label={label}
      placeholder={label}
      value={typed}
      maxLength={most}
      onChange={({ target }) => type(target.value)}
      onSearch={(text) => {
        ask(text.trim());
        filters.set(name, text.trim());
      }}
    />
  );
}
