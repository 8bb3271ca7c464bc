import type { Filters } from "../list/filters.ts";
import { CodeFilter } from "./code-filter.tsx";
import { DepartmentInput } from "./department-input.tsx";

/** What a social credit code looks like. */
const CODE = /^[0-9A-Z]{18}$/;

/** Narrows a list to one department; it stands in the address. */
export function DepartmentFilter(props: { filters: Filters; label: string; name?: string }) {
  const { filters, label, name = "department" } = props;
  return <CodeFilter filters={filters} name={name} label={label} Input={DepartmentInput} code={CODE} />;
}
