import { type DescMessage, getOption } from "@bufbuild/protobuf";
import type { ColumnsType } from "antd/es/table";
import { field as rules } from "../../../proto/gen/buf/validate/validate_pb.ts";

/** The orders that a list can be asked for, as the rules of its contract name them: pages know no others. */
export function ordersOf(request: DescMessage): readonly string[] {
  const field = request.field.orderBy;
  if (!field) return [];
  const { type } = getOption(field, rules);
  return type.case === "string" ? type.value.in : [];
}

/** The order that an address asks for; empty where the list does not have it, or no column now that is sorted so. */
export function sortOf<Row>(asked: string, orders: readonly string[], columns: ColumnsType<Row>): string {
  const shown = columns.some(({ key }) => key !== undefined && String(key) === asked.replace(/^-/, ""));
  return shown && orders.includes(asked) ? asked : "";
}

/** Columns whose keys are orders of the list sort it, by mouse and by keyboard; the one that does now says so. */
export function sortable<Row>(columns: ColumnsType<Row>, orders: readonly string[], now: string): ColumnsType<Row> {
  return columns.map((column) => {
    const key = String(column.key ?? "");
    if (key === "" || !orders.includes(key)) return column;
    const sortOrder = now === key ? ("ascend" as const) : now === `-${key}` ? ("descend" as const) : null;
    return { ...column, sorter: true, sortOrder };
  });
}
