import type { Filters } from "./filters.ts";
import { TextFilter } from "./text-filter.tsx";

/** Narrows a list by a text that the node looks for; it stands in the address as `search`. */
export function SearchFilter({ filters, label }: { filters: Filters; label: string }) {
  return <TextFilter filters={filters} name="search" label={label} most={100} className="search" />;
}
