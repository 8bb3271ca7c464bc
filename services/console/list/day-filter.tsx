import type { Filters } from "./filters.ts";

/** Narrows a list by a day, which stands in the address under this name. */
export function DayFilter({ filters, name, label }: { filters: Filters; name: string; label: string }) {
  return (
    <label>
      {label}
      <input type="date" value={filters.get(name)} onChange={({ target }) => filters.set(name, target.value)} />
    </label>
  );
}
