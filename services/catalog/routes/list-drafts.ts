import type { DraftService, ListDraftsRequest } from "../../../proto/gen/ecert/catalog/v1/draft_service_pb.ts";
import type { Handlers } from "../../call/chain/service.ts";
import type { Actor } from "../../domain/actor.ts";
import type { CatalogContext } from "../context.ts";
import { listedDraft, openActions, stateNamed } from "../drafts/draft-view.ts";
import { ALL_DRAFTS, type DraftChoice, draftPage, waitingFor } from "../drafts/list-drafts.ts";
import { personOf } from "../drafts/staff.ts";
import { DEFAULT_PAGE_SIZE } from "../registry/list-pages.ts";

/** 4.3.4: lists drafts within reach; of what waits for somebody also leaves out what that person has had a hand in before. */
export function listDrafts(context: CatalogContext): Handlers<typeof DraftService>["listDrafts"] {
  const ownNode = context.runtime.config.node.code;
  return async (request, { caller, reach }) => {
    const { departmentCode: department, pageSize, pageToken } = request;
    const asked = { reach, department, limit: pageSize || DEFAULT_PAGE_SIZE, pageToken };
    const { items, next } = await draftPage(context, choiceOf(request, caller, ownNode), asked);
    const waiting = request.by.case === "waitsForMe";
    const shown = waiting ? items.filter((document) => openActions(document, caller, ownNode).length > 0) : items;
    return { drafts: shown.map((document) => listedDraft(document, caller, ownNode)), nextPageToken: next };
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
