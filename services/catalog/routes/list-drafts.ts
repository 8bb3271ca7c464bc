import type { DraftService, ListDraftsRequest } from "../../../proto/gen/ecert/catalog/v1/draft_service_pb.ts";
import type { Handlers } from "../../call/chain/service.ts";
import type { Actor } from "../../domain/actor.ts";
import { isOnward, placeOf } from "../../domain/item-procedure.ts";
import { holdsPart } from "../../store/fitting-page.ts";
import { orderedPart } from "../../store/ordered-page.ts";
import type { CatalogContext } from "../context.ts";
import { listedDraft, openActions, stateNamed } from "../drafts/draft-view.ts";
import { ALL_DRAFTS, type DraftChoice, draftPage, waitingFor } from "../drafts/list-drafts.ts";
import { personOf } from "../drafts/staff.ts";
import { DEFAULT_PAGE_SIZE } from "../registry/list-pages.ts";
import type { DraftDocument } from "../stored/drafts.ts";

const KEYS: Readonly<Record<string, (one: DraftDocument) => string>> = {
  name: ({ content, code }) => String(content.name ?? code),
  item_code: ({ code }) => code,
  department_code: ({ department }) => department,
  last_step: ({ steps }) => steps.at(-1)?.at ?? "",
};

/** 4.3.4: lists drafts within reach, or those whose item's code or name holds a text; of what waits for somebody also leaves out what that person has had a hand in before. */
export function listDrafts(context: CatalogContext): Handlers<typeof DraftService>["listDrafts"] {
  const ownNode = context.runtime.config.node.code;
  return async (request, { caller, reach }) => {
    const { departmentCode: department, pageSize, pageToken } = request;
    const waiting = request.by.case === "waitsForMe";
    const isShown = (one: DraftDocument) => {
      if (!holdsPart(request.search, [one.code, String(one.content.name ?? "")])) return false;
      if (request.open && placeOf(one.state) === "ended") return false;
      if (!waiting && !request.onward) return true;
      const actions = openActions(one, caller, ownNode);
      return request.onward ? actions.some(isOnward) : actions.length > 0;
    };
    const ask = async ({ limit, after = "" }: { limit: number; after?: string }) => {
      const asked = { reach, department, limit, pageToken: after };
      const { items, next } = await draftPage(context, choiceOf(request, caller, ownNode), asked);
      return { items: items.filter(isShown), ...(next !== "" && { next }) };
    };
    const order = { orderBy: request.orderBy, keys: KEYS, idOf: ({ _id }: DraftDocument) => _id };
    const wanted = { limit: pageSize || DEFAULT_PAGE_SIZE, after: pageToken };
    const { items, next = "" } = await orderedPart(ask, wanted, order);
    return { drafts: items.map((document) => listedDraft(document, caller, ownNode)), nextPageToken: next };
  };
}

function choiceOf({ by }: ListDraftsRequest, caller: Actor, node: string): DraftChoice {
  switch (by.case) {
    case "state":
      return { lead: "state", values: [[stateNamed(by.value)]] };
    case "itemCode":
      return { lead: "code", values: [[by.value]] };
    case "waitsForMe":
      return waitingFor(personOf(caller), node);
    default:
      return ALL_DRAFTS;
  }
}
