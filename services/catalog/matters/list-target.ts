import type { ReadRow } from "../../document/table/read-row.ts";
import type { FileFault } from "../../document/table/table.ts";
import type { JsonObject } from "../../domain/canonical.ts";
import { departmentClosed } from "../../domain/closed-department.ts";
import type { Reach } from "../../domain/permit.ts";
import type { Refusal } from "../../domain/refusal.ts";
import { beyondReach, isDepartmentWithin } from "../../registry/reach.ts";
import { pagesOf } from "../../store/pages-of.ts";
import type { CatalogContext } from "../context.ts";
import { knownDepartment } from "../registry/departments.ts";
import { recordId } from "../stored/records.ts";
import type { ComparedRow } from "./import-record.ts";
import type { TargetOf } from "./import-target.ts";
import { differing, mergedValue } from "./merged-value.ts";
import { storeMatters } from "./store-matters.ts";

const DEPARTMENT_COLUMN = "部门统一社会信用代码 department_code";

/** Matters of this node (6.2.2.2). A row counts for departments within reach: of whom it is, and of whom the matter was. */
export function listTarget(context: CatalogContext, reach: Reach): TargetOf {
  const { runtime } = context;
  const matters = context.registry.of("matter");
  const node = runtime.config.node.code;
  const lists = new Set<string>();
  const asked = new Map<string, Promise<DepartmentFaults>>();
  const faultsOf = (code: string) => {
    const known = asked.get(code) ?? departmentFaults(context, reach, code);
    asked.set(code, known);
    return known;
  };

  async function compared(read: ReadRow, old: JsonObject | undefined): Promise<ComparedRow> {
    const { row, code, value, faults = [] } = read;
    const name = typeof value?.name === "string" ? { name: value.name } : {};
    const head = { row, ...(code !== undefined && { code }), ...name };
    if (!value) return { ...head, outcome: "faulty", faults };
    const department = String(value.departmentCode);
    const former = String(old?.departmentCode ?? department);
    const { beyond, closed } = await faultsOf(department);
    const found = [
      beyond,
      former === department && old ? undefined : closed,
      former === department ? undefined : (await faultsOf(former)).unreached,
    ].filter((fault) => fault !== undefined);
    if (found.length > 0) return { ...head, outcome: "faulty", faults: found };
    lists.add(department);
    const next = mergedValue(old, { ...value, node });
    const before = old && differing(old, next);
    if (!old) return { ...head, outcome: "added", value };
    return before ? { ...head, outcome: "changed", value, before } : { ...head, outcome: "unchanged" };
  }

  return {
    async compare(rows) {
      const ids = rows.map(({ code }) => recordId("matter", node, code ?? ""));
      const stored = await matters.getMany(ids);
      const result: ComparedRow[] = [];
      for (const [place, row] of rows.entries()) result.push(await compared(row, stored[place]?.value));
      return result;
    },

    async *missing(named, endedOn) {
      const end = { outcome: "ended", value: { endedOn }, before: { endedOn: "" } } as const;
      for (const department of lists) {
        for await (const page of pagesOf(matters, { index: "departments", equals: [department] })) {
          const gone = page.filter((one) => one.node === node && !named.has(one.key) && !one.value.endedOn);
          if (gone.length === 0) continue;
          yield gone.map(({ key, value }) => ({ row: 0, code: key, name: String(value.name), ...end }));
        }
      }
    },

    store: (rows) => storeMatters(context, rows),

    async changedSince(time) {
      for await (const page of pagesOf(matters, { index: "changed", from: `${time}!` })) {
        if (page.some((one) => one.node === node)) return true;
      }
      return false;
    },
  };
}

/** What is wrong with a department for who imports: with rows of it, with new ones, and with taking a matter from it. */
interface DepartmentFaults {
  beyond?: FileFault;
  closed?: FileFault;
  unreached?: FileFault;
}

async function departmentFaults(context: CatalogContext, reach: Reach, code: string): Promise<DepartmentFaults> {
  const department = await knownDepartment(context, code);
  const unreached = (await isDepartmentWithin(context, reach, code)) ? undefined : faultOf(beyondReach("", code));
  const closed = department?.closed ? faultOf(departmentClosed("", code)) : undefined;
  const beyond = unreached ?? (department ? undefined : unknown(code));
  return { ...(beyond && { beyond }), ...(closed && { closed }), ...(unreached && { unreached }) };
}

function unknown(code: string): FileFault {
  return {
    column: DEPARTMENT_COLUMN,
    description: `no department ${code} at this node`,
    remedy: "correct the code, or register it with PutDepartment",
    localized: `本节点没有部门${code}，请核对代码，或先登记该部门（PutDepartment）`,
  };
}

function faultOf({ fields: [first] }: Refusal): FileFault {
  const { description = "", remedy = "", localized = "" } = first ?? {};
  return { column: DEPARTMENT_COLUMN, description, remedy, localized };
}
