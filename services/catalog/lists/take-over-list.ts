import { fromBinary, toBinary } from "@bufbuild/protobuf";
import { type ObligatoryList, ObligatoryListSchema } from "../../../proto/gen/ecert/catalog/v1/list_pb.ts";
import { canonicalJson, type JsonObject } from "../../domain/canonical.ts";
import { isCivilDate } from "../../domain/civil-date.ts";
import { divisionFault, isWithin } from "../../domain/division.ts";
import { instantOf } from "../../domain/instant.ts";
import {
  inListOrder,
  type ListEntry,
  MAX_LIST_DEPARTMENTS,
  MAX_LIST_ENTRIES,
  shortForm,
} from "../../domain/obligatory-list.ts";
import { Refusal } from "../../domain/refusal.ts";
import { causeOf, contentOf, type SetAsideEntry } from "../../event/set-aside-row.ts";
import { changeStored } from "../../store/compare-and-set.ts";
import type { CatalogContext } from "../context.ts";
import { requireSender } from "./keeper.ts";
import { isListSignedBy } from "./list-signature.ts";
import { entriesIn } from "./list-view.ts";
import { type ListDocument, listId } from "./stored.ts";

const TAKEN = { place: "registry", source: "obligatory-lists" } as const;
/** Reasons that may pass; what is refused for another is set aside. */
const PASSING: ReadonlySet<string> = new Set(["STORE_AWAY", "STORE_FULL", "OVERLOADED", "REVISION_CONFLICT"]);

/**
 * 4.3.2: takes over the list of a division that another node keeps; resolves to whether it was new. An older one is ignored, and so is the same
 * again, but for its signature: that is kept where it is its node's, for the node to find its own word here, and decides nothing else, since who
 * sends a list is proven. Refused, and set aside: a list of which the sender does not speak (`PERMISSION_DENIED`), one that breaks the rules
 * (`INVALID_FIELD`), another content under the same number of changes (`ALREADY_EXISTS`).
 */
export async function takeOverList(context: CatalogContext, sender: string, payload: Uint8Array): Promise<boolean> {
  const { setAside } = context.runtime;
  let entry: Pick<SetAsideEntry, "place" | "source" | "node" | "key"> = { ...TAKEN, node: sender, key: "unreadable" };
  try {
    const list = decoded(payload);
    entry = { ...TAKEN, node: sender, key: `${list.division}:${list.changes}` };
    const isNew = await take(context, sender, list);
    await setAside.cleared(entry);
    return isNew;
  } catch (error) {
    if (error instanceof Refusal && !PASSING.has(error.reason))
      await setAside.put({ ...entry, ...causeOf(error), content: payload });
    throw error;
  }
}

/** Takes over a list that was asked for; see {@link takeOverList}. */
export function takeListFrom(context: CatalogContext, sender: string, list: ObligatoryList): Promise<boolean> {
  return takeOverList(context, sender, toBinary(ObligatoryListSchema, list));
}

/** Lets an operator try again what was set aside. */
export function retryLists(context: CatalogContext): void {
  context.runtime.setAside.onRetry(TAKEN.place, TAKEN.source, async (row) => {
    await take(context, row.node, decoded(contentOf(row)));
  });
}

async function take(context: CatalogContext, sender: string, list: ObligatoryList): Promise<boolean> {
  const { runtime, lists, listSource, bell } = context;
  requireSender(runtime.config, sender, list);
  const taken = { ...documentOf(list), ...(isListSignedBy(runtime, sender, list) && signatureIn(list)) };
  let isNew = false;
  await changeStored(lists, taken._id, async (old): Promise<ListDocument> => {
    isNew = false;
    if (old?.changes === taken.changes) requireSame(old, taken);
    // From before its node signed its lists, or under another key.
    if (old?.changes === taken.changes && taken.signature !== undefined && taken.signature !== old.signature)
      return { ...old, signature: taken.signature };
    if (old && old.changes >= taken.changes) return old;
    const { node, division, changes } = taken;
    await runtime.evidence.append("list-taken-over", { node, division, changes, entries: taken.entries.length });
    isNew = true;
    return taken;
  });
  if (isNew) listSource.forget(taken._id);
  if (isNew) bell.ring();
  return isNew;
}

function documentOf(list: ObligatoryList): ListDocument {
  const { node, division, changedAt } = list;
  const changes = Number(list.changes);
  const entries = inListOrder(entriesIn(list));
  if (divisionFault(division) !== undefined || shortForm(division) !== division) throw wrong("division");
  if (!Number.isSafeInteger(changes) || changes < 1) throw wrong("changes");
  if (Number.isNaN(instantOf(changedAt))) throw wrong("changed_at");
  if (entries.length > MAX_LIST_ENTRIES || !entries.every((entry) => isSound(entry, division))) throw wrong("entries");
  return {
    _id: listId(node, division),
    revision: 1,
    node,
    division,
    changes,
    changedAt,
    entries,
    ...signatureIn(list),
  };
}

/** The signature of a list as it is kept; nothing of one that has none. */
export function signatureIn({ signature }: ObligatoryList): Pick<ListDocument, "signature"> {
  return signature.length === 0 ? {} : { signature: Buffer.from(signature).toString("base64") };
}

/** A body says nothing for divisions that are not below it, wherever its list comes from. */
function isSound({ target, from, until, itemCode, departments }: ListEntry, division: string): boolean {
  const isTarget = divisionFault(target) === undefined && isWithin(target, division);
  const areDays = isCivilDate(from) && (until === undefined || isCivilDate(until));
  return isTarget && itemCode !== "" && areDays && departments.length <= MAX_LIST_DEPARTMENTS;
}

function requireSame(old: ListDocument, taken: ListDocument): void {
  const contentOf = ({ entries }: ListDocument) => canonicalJson(entries as unknown as JsonObject[]);
  if (contentOf(old) === contentOf(taken)) return;
  const { node, division, changes } = taken;
  const description = `two contents under change ${changes} of the list of division ${division}`;
  const remedy = `node ${node} publishes the list again: its next change counts`;
  const localized = `行政区划${division}的应开通目录在变更${changes}下有两份内容，请由节点${node}重新发布`;
  throw new Refusal("ALREADY_EXISTS", `${description}; ${remedy}`, {
    metadata: { node, division, changes: String(changes) },
    fields: [{ field: "changes", description, remedy, localized }],
  });
}

function decoded(payload: Uint8Array): ObligatoryList {
  try {
    return fromBinary(ObligatoryListSchema, payload);
  } catch (cause) {
    throw wrong("payload", cause);
  }
}

function wrong(field: string, cause?: unknown): Refusal {
  const description = "is not as the contract has it";
  const fields = [
    {
      field: `list.${field}`,
      description,
      remedy: "send the list as its node keeps it",
      localized: "不符合接口定义，请按节点保存的目录发送",
    },
  ];
  return new Refusal("INVALID_FIELD", `list.${field} ${description}`, {
    fields,
    ...(cause !== undefined && { cause }),
  });
}
