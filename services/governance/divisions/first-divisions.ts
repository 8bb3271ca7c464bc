import { pause } from "../../base/pause.ts";
import { callerName } from "../../call/chain/caller.ts";
import { Refusal } from "../../domain/refusal.ts";
import type { GovernanceContext } from "../context.ts";
import { readDivisionList, SHIPPED_DIVISIONS } from "./division-list.ts";
import { keepDivisions } from "./keep-divisions.ts";
import { planDivisions } from "./plan-divisions.ts";

const AGAIN_MS = 10_000;

/** Loads the list that the node begins with, again until it is stored; a node that has divisions is left as it is. */
export async function keepFirstDivisions(context: GovernanceContext, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    try {
      return await loadFirstDivisions(context);
    } catch (error) {
      if (signal.aborted) return;
      context.runtime.log.warn({ error: String(error) }, "divisions cannot be loaded; trying later");
      await pause(AGAIN_MS, signal, { ref: false });
    }
  }
}

/** The divisions of the configuration's list that the node has not known yet. Replicas may do so at once. */
export async function loadFirstDivisions(context: GovernanceContext): Promise<void> {
  const { divisions, runtime } = context;
  const list = readDivisionList(runtime.config.divisionsFile ?? SHIPPED_DIVISIONS);
  if ((await divisions.count("all")) >= new Set(list.rows.map(({ code }) => code)).size) return;
  const wanted = { ...list, wholeOf: "", reach: { kind: "all" } as const };
  const { planned, faults } = await planDivisions(context, { ...wanted, rows: await unknownOf(context, list.rows) });
  if (faults.length > 0) {
    const [{ field, description } = { field: "", description: "" }] = faults;
    throw new Refusal("INVALID_FIELD", `${field} ${description} (and ${faults.length - 1} more)`, { fields: faults });
  }
  const by = callerName({ kind: "service", node: runtime.config.node.code, name: "governance" });
  await keepDivisions(context, list, planned, by);
}

async function unknownOf<T extends { code: string }>({ divisions }: GovernanceContext, rows: T[]): Promise<T[]> {
  const known = new Set<string>();
  for (let at = 0; at < rows.length; at += 1_000)
    for (const one of await divisions.getMany(rows.slice(at, at + 1_000).map(({ code }) => code)))
      if (one) known.add(one.code);
  return rows.filter(({ code }) => !known.has(code));
}
