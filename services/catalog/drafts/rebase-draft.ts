import { CatalogItemContentSchema } from "../../../proto/gen/ecert/catalog/v1/catalog_item_pb.ts";
import { type MemberChoice, MemberSide } from "../../../proto/gen/ecert/catalog/v1/draft_service_pb.ts";
import type { StaffActor } from "../../domain/actor.ts";
import type { Json, JsonObject } from "../../domain/canonical.ts";
import { itemProcedure } from "../../domain/item-procedure.ts";
import { isSameJson } from "../../domain/json-difference.ts";
import { takeStep } from "../../domain/procedure.ts";
import { type FieldViolation, Refusal, refuseField } from "../../domain/refusal.ts";
import type { CatalogContext } from "../context.ts";
import { contentOf, publishedVersion } from "../items/item.ts";
import type { DraftDocument } from "../stored/drafts.ts";
import { openedContent } from "./content-difference.ts";
import { withContent } from "./content-step.ts";
import { baseOutdated } from "./keep-draft.ts";
import { requireKeeper } from "./ready.ts";

/** What the platform says itself: nobody chooses it. */
const OWN: ReadonlySet<string> = new Set(["keeperCode", "retired"]);
/** Members of a content, by their names in JSON and in the contract. */
const MEMBERS = CatalogItemContentSchema.fields.map(({ jsonName, name }) => ({ json: jsonName, name }));

/** What somebody wants a draft to be based on. */
export interface WantedBase {
  onto: number;
  choices: readonly MemberChoice[];
  remark: string;
  person: StaffActor;
}

/**
 * 4.3.4: a draft as a change of the newest published version. What both changed otherwise is taken from the side that was chosen; what only one of
 * them changed, from that one. Throws `BASE_OUTDATED` where `onto` is not the newest version, `INVALID_FIELD` with each member that is to be chosen.
 */
export async function rebasedDraft(
  context: CatalogContext,
  document: DraftDocument,
  { onto, choices, remark, person }: WantedBase,
): Promise<DraftDocument> {
  const at = context.runtime.now().toISOString();
  const admitted = takeStep(itemProcedure(document.division), document, { action: "rebase", person, at, remark });
  const newest = await publishedVersion(context.items, document.code);
  if (!newest || newest.version !== onto)
    throw baseOutdated(`the newest version of ${document.code} is ${newest?.version ?? 0}, not ${onto}`);
  if (document.base === onto) return document;
  await requireKeeper(context, newest, document.department);
  const base = document.base === 0 ? undefined : await context.items.get(`${document.code}/${document.base}`);
  const own = { keeperCode: document.department };
  if (document.content.retired === true) {
    if (contentOf(newest).retired) throw retiredAlready(document.code);
    return withContent(document, admitted, { content: { ...newest.content, ...own, retired: true }, base: onto });
  }
  const merged = mergedContent(base?.content ?? {}, newest.content, document.content, sidesOf(choices));
  return withContent(document, admitted, { content: { ...merged, ...own }, base: onto });
}

/** Contents merged member by member; texts that hold JSON are the same if what they hold is. */
export function mergedContent(
  base: JsonObject,
  newest: JsonObject,
  draft: JsonObject,
  sides: ReadonlyMap<string, MemberSide>,
): JsonObject {
  const [before, theirs, ours] = [base, newest, draft].map(openedContent) as [JsonObject, JsonObject, JsonObject];
  const open: FieldViolation[] = [];
  const merged: Record<string, Json | undefined> = {};
  for (const { json: member, name } of MEMBERS) {
    if (OWN.has(member)) continue;
    const isOurs = !isSameMember(before, ours, member);
    const isOpen = isOurs && !isSameMember(before, theirs, member) && !isSameMember(theirs, ours, member);
    const side = sides.get(member) ?? (isOurs ? MemberSide.DRAFT : MemberSide.NEWEST);
    if (isOpen && !sides.has(member)) open.push(toChoose(name));
    merged[member] = side === MemberSide.NEWEST ? newest[member] : draft[member];
  }
  if (open.length > 0) {
    const names = open.map(({ field }) => field).join(", ");
    throw new Refusal("INVALID_FIELD", `the newest version changed what the draft says otherwise: ${names}`, {
      fields: open,
    });
  }
  return Object.fromEntries(Object.entries(merged).filter(([, value]) => value !== undefined)) as JsonObject;
}

function isSameMember(one: JsonObject, other: JsonObject, member: string): boolean {
  const [before, after] = [one[member], other[member]];
  if (before === undefined || after === undefined) return before === after;
  return isSameJson(before, after);
}

function sidesOf(choices: readonly MemberChoice[]): Map<string, MemberSide> {
  return new Map(
    choices.map(({ member, side }, index) => {
      const known = MEMBERS.find(({ name, json }) => name === member && !OWN.has(json));
      if (known) return [known.json, side];
      const remedy = `name one of: ${MEMBERS.filter(({ json }) => !OWN.has(json))
        .map(({ name }) => name)
        .join(", ")}`;
      const field = `choices[${index}].member`;
      throw refuseField(
        "INVALID_FIELD",
        field,
        "is no member of a content",
        remedy,
        "不是目录项内容的成员，请核对名称",
      );
    }),
  );
}

function toChoose(name: string): FieldViolation {
  const remedy = "choose the draft's or the newest version's side; edit the draft then, where both are to be joined";
  const localized = `最新版本与草案均已改动${name}，请选择保留草案或最新版本的内容`;
  return { field: `choices.${name}`, description: "differs from what the newest version changed", remedy, localized };
}

function retiredAlready(code: string): Refusal {
  const localized = "该目录项已停用，请撤销草案";
  return refuseField("ITEM_RETIRED", "id", `item ${code} is retired already`, "withdraw the draft", localized);
}
