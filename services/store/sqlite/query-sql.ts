import type { Plan } from "../plan.ts";
import type { KeyValue } from "../port.ts";
import { documentTable, indexTable } from "./tables.ts";

/**
 * The SQL of a plan and its parameters. The text depends only on the plan's shape, so that a collection needs few prepared
 * statements. Asks for one row more than the limit, which tells whether a page follows. `bare`: without the documents' texts.
 */
export function querySql(collection: string, plan: Plan, bare: boolean): { sql: string; parameters: KeyValue[] } {
  const parameters: KeyValue[] = [...plan.equals];
  const conditions = plan.equals.map((_, place) => `x.k${place} = ?`);
  const openColumns = plan.open.map((_, place) => `x.k${plan.equals.length + place}`);
  const bounded = openColumns[0];
  // A bound keeps to its own type: text follows all numbers, so '' parts the two.
  // A cursor lies within the bounds and replaces the one it has passed: SQLite seeks by one bound per side only.
  const passed = plan.after !== undefined;
  if (plan.from !== undefined) {
    if (!passed || plan.descending) {
      conditions.push(`${bounded} >= ?`);
      parameters.push(plan.from);
    }
    if (plan.to === undefined && typeof plan.from === "number") conditions.push(`${bounded} < ''`);
  }
  if (plan.to !== undefined) {
    if (!passed || !plan.descending) {
      conditions.push(`${bounded} < ?`);
      parameters.push(plan.to);
    }
    if (plan.from === undefined && typeof plan.to === "string") conditions.push(`${bounded} >= ''`);
  }
  const order = [...openColumns, "x.id"];
  if (plan.after !== undefined) {
    conditions.push(`(${order}) ${plan.descending ? "<" : ">"} (${plan.after.map(() => "?")})`);
    parameters.push(...plan.after);
  }
  const where = conditions.length === 0 ? "" : `WHERE ${conditions.join(" AND ")}`;
  const direction = plan.descending ? "DESC" : "ASC";
  // CROSS JOIN fixes the order of the loops: index first, then one document per row.
  const columns = ["d.id", "d.revision", ...(bare ? [] : ["d.body"]), ...openColumns];
  const sql = `SELECT ${columns} FROM ${indexTable(collection, plan.index.name)} AS x
    CROSS JOIN ${documentTable(collection)} AS d ON d.id = x.id
    ${where} ORDER BY ${order.map((column) => `${column} ${direction}`)} LIMIT ?`;
  return { sql, parameters: [...parameters, plan.limit + 1] };
}

/** The key behind the equality prefix under which a row of a query was found. */
export function openKeys(plan: Plan, row: Record<string, unknown>): KeyValue[] {
  return plan.open.map((_, place) => row[`k${plan.equals.length + place}`] as KeyValue);
}

/** The SQL that counts the documents behind an equality prefix. */
export function countSql(collection: string, index: string, equals: number, fields: number): string {
  const where = Array.from({ length: equals }, (_, place) => `k${place} = ?`).join(" AND ");
  // Only a prefix can meet a document under several members of its last field.
  const what = equals === fields ? "*" : "DISTINCT id";
  return `SELECT count(${what}) AS n FROM ${indexTable(collection, index)} ${where === "" ? "" : `WHERE ${where}`}`;
}
