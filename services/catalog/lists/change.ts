import type { StaffActor } from "../../domain/actor.ts";
import { canonicalJson, digestOf, type JsonObject } from "../../domain/canonical.ts";
import { divisionPrefix, isWithin } from "../../domain/division.ts";
import { checkedLines } from "../../domain/list-line.ts";
import { LIST_CHANGE, type ListChangeAction } from "../../domain/list-procedure.ts";
import { type ListLine, shortForm } from "../../domain/obligatory-list.ts";
import { isWithinReach, type Reach } from "../../domain/permit.ts";
import { type Case, type TakenStep, takeStep } from "../../domain/procedure.ts";
import { Refusal, refuseField } from "../../domain/refusal.ts";
import { unread } from "../../domain/unread.ts";
import { rightTime } from "../../host/right-time.ts";
import { changeStored } from "../../store/compare-and-set.ts";
import { insertNew } from "../../store/insert-new.ts";
import type { CatalogContext } from "../context.ts";
import { requireKnown } from "./check-lines.ts";
import { requireKeeper } from "./keeper.ts";
import { carryOut, entriesWith } from "./publish.ts";
import { changeDigest, type ListChangeDocument, type ListStep, listId } from "./stored.ts";

/** Changes that are looked through at a time. */
const AT_ONCE = 100;

/** A change as somebody wants it. */
export interface WantedChange {
  id: string;
  division: string;
  lines: readonly ListLine[];
  step: Omit<TakenStep<ListStep>, "at">;
}

/**
 * Keeps a change as a draft, checked against catalog and registry. The same again changes nothing; `ALREADY_EXISTS` for another one under the
 * id.
 */
export async function prepare(context: CatalogContext, wanted: WantedChange): Promise<ListChangeDocument> {
  requireKeeper(context.runtime.config, wanted.division);
  return keepChange(context, wanted, "draft");
}

/**
 * Keeps a change that an operator sets a list up with, and carries it out. Refuses (`PROCEDURE_NEEDED`) to put anything on a list once people have taken lists
 * over at this node; what ends entries allows nothing, and is always taken.
 */
export async function setUp(context: CatalogContext, wanted: WantedChange): Promise<ListChangeDocument> {
  const { config } = context.runtime;
  // Where a node keeps no list it has entries that it carried over, and they may end.
  if (wanted.lines.some(({ end }) => !end)) {
    requireKeeper(config, wanted.division);
    await requireNoPeople(context, wanted.id);
  }
  return carryOut(context, (await keepChange(context, wanted, "publishing"))._id);
}

/** Lists are people's from the first change on that one of them has prepared at this node. */
async function requireNoPeople({ listChanges }: CatalogContext, id: string): Promise<void> {
  for (let after: string | undefined, more = true; more; ) {
    const query = { index: "divisions", limit: AT_ONCE, ...(after !== undefined && { after }) };
    const { items, next } = await listChanges.query(query);
    // What was set up before that, and is asked for again, is answered with what was done.
    if (items.some(({ _id }) => _id === id)) return;
    if (items.some(({ steps }) => steps[0]?.action === "prepare")) throw listsArePeoples();
    after = next;
    more = next !== undefined;
  }
}

function listsArePeoples(): Refusal {
  const description = "people of this node keep its lists: nobody puts anything on one alone";
  const remedy = "have one 目录管理员 prepare it (PrepareListChange) and another publish it";
  const localized = "本节点的应开通目录已由目录管理员办理，请由一人拟稿、另一人发布";
  const fields = [{ field: "change", description, remedy, localized }];
  const metadata = { procedure: "ecert.catalog.v1.ListService" };
  return new Refusal("PROCEDURE_NEEDED", `change: ${description}; ${remedy}`, { fields, metadata });
}

async function keepChange(
  context: CatalogContext,
  { id, division: given, lines: wanted, step }: WantedChange,
  state: "draft" | "publishing",
): Promise<ListChangeDocument> {
  const { runtime, listChanges } = context;
  const division = shortForm(given);
  const lines = checkedLines(division, wanted);
  const old = await listChanges.get(id);
  if (old) return requireSame(old, { division, lines, state });
  await requireKnown(context, lines);
  const at = rightTime(runtime).toISOString();
  const draft: ListChangeDocument = {
    ...{ _id: id, revision: 1, division, lines, state, preparedAt: at },
    steps: [{ ...step, at }],
  };
  entriesWith(await context.lists.get(listId(runtime.config.node.code, division)), draft);
  await tell(context, draft);
  if (await insertNew(listChanges, draft)) return draft;
  const other = await listChanges.get(id);
  if (!other) throw new Refusal("REVISION_CONFLICT", `change ${id} is being changed by others`, { retryAfterMs: 100 });
  return requireSame(other, { division, lines, state });
}

/** Publishes a draft: decided by the procedure, then carried out. */
export async function publish(
  context: CatalogContext,
  person: StaffActor,
  { id, remark, sha256 }: { id: string; remark: string; sha256: string },
): Promise<ListChangeDocument> {
  const done = await step(context, person, "publish", { id, remark, sha256 });
  return carryOut(context, done._id);
}

/** Gives a draft up. */
export function discard(
  context: CatalogContext,
  person: StaffActor,
  asked: { id: string; remark: string },
): Promise<ListChangeDocument> {
  return step(context, person, "discard", asked);
}

async function step(
  context: CatalogContext,
  person: StaffActor,
  action: Exclude<ListChangeAction, "prepare">,
  { id, remark, sha256 }: { id: string; remark: string; sha256?: string },
): Promise<ListChangeDocument> {
  const { runtime, listChanges, lists } = context;
  const reach: Reach = { kind: "division", prefix: divisionPrefix(person.division) };
  return changeStored(listChanges, id, async (old) => {
    const found = requireFound(old, id, reach);
    // Who repeats a publication hears of the same one.
    if (action === "publish" && (found.state === "publishing" || found.state === "published")) return found;
    const at = rightTime(runtime).toISOString();
    const taken = takeStep(LIST_CHANGE, caseOf(found), { action, person, at, remark });
    const present = changeDigest(found);
    if (action === "publish" && sha256 !== present) throw unread("sha256", present);
    const next = { ...found, state: taken.state, steps: [...found.steps, taken.step] };
    if (action === "publish") entriesWith(await lists.get(listId(runtime.config.node.code, found.division)), next);
    await tell(context, next);
    return next;
  });
}

/** A change as the procedure sees it. What was set up or carried over is over for it. */
export function caseOf({
  state,
  division,
  steps,
}: ListChangeDocument): Case<ListChangeDocument["state"], ListChangeAction> {
  return { state, department: "", division, steps: steps as readonly TakenStep<ListChangeAction>[] };
}

/** The change, where it is there and within reach; else `CASE_UNKNOWN`. */
export function requireFound(change: ListChangeDocument | undefined, id: string, reach: Reach): ListChangeDocument {
  if (change && isWithinReach(reach, { department: "", division: change.division })) return change;
  throw refuseField(
    "CASE_UNKNOWN",
    "id",
    `no change ${id} of a list within your reach`,
    "name one that ListListChanges tells",
    `没有目录变更${id}，请从目录变更列表中选取`,
  );
}

/** Refuses a list that lies beyond the division of whoever would prepare its change. */
export function requireDivisionWithin(division: string, own: string): void {
  if (isWithin(division, own)) return;
  throw refuseField(
    "PERMISSION_DENIED",
    "change.division",
    `${division} is neither your division nor below it`,
    "leave it to the body of that division",
    `${division}不属于您所辖的行政区划，请由其电子证照管理机构办理`,
  );
}

function requireSame(
  old: ListChangeDocument,
  wanted: Pick<ListChangeDocument, "division" | "lines" | "state">,
): ListChangeDocument {
  const isDraft = (one: Pick<ListChangeDocument, "steps">) => one.steps[0]?.action === "prepare";
  const same =
    old.division === wanted.division &&
    isDraft(old) === (wanted.state === "draft") &&
    contentOf(old.lines) === contentOf(wanted.lines);
  if (same) return old;
  const description = `change ${old._id} is another one`;
  throw refuseField(
    "ALREADY_EXISTS",
    "change.id",
    description,
    "give each change an identifier of its own",
    `标识${old._id}已用于另一目录变更，请换用其他标识`,
  );
}

function contentOf(lines: readonly ListLine[]): string {
  return canonicalJson(lines as unknown as JsonObject[]);
}

async function tell({ runtime }: CatalogContext, { _id, division, lines, steps }: ListChangeDocument): Promise<void> {
  const { action = "", account = "" } = steps.at(-1) ?? {};
  const body = {
    change: _id,
    division,
    action,
    account,
    lines: lines.length,
    sha256: digestOf({ lines } as unknown as JsonObject),
  };
  await runtime.evidence.append("list-step", body);
}
