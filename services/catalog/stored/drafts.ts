import { fromJson } from "@bufbuild/protobuf";
import { CatalogItemContentSchema } from "../../../proto/gen/ecert/catalog/v1/catalog_item_pb.ts";
import type { JsonObject } from "../../domain/canonical.ts";
import { DRAFT_ACTIONS, DRAFT_STATES, type DraftAction, type DraftState } from "../../domain/item-procedure.ts";
import type { Difference } from "../../domain/json-difference.ts";
import type { TakenStep } from "../../domain/procedure.ts";
import { Refusal } from "../../domain/refusal.ts";
import { type HasPending, PENDING_INDEX } from "../../event/pending-events.ts";
import type { CollectionSpec } from "../../store/port.ts";

/** A difference with its place in words. */
export interface ToldDifference extends Difference {
  label: string;
}

/** A step of a draft as it is kept. */
export interface DraftStep extends TakenStep<DraftAction> {
  /** SHA-256 of the content's canonical JSON after it. */
  contentSha256: string;
  /** Version that the draft was a change of then; 0: none. */
  base: number;
  /** What the step changed, and how many places there were beyond; absent where it changed nothing. */
  differences?: ToldDifference[];
  more?: number;
}

/** A draft of a catalog item (4.3.4). `_id` is its id. */
export interface DraftDocument extends HasPending {
  /** Its id again, for the indexes. */
  draft: string;
  /** Node of its department; at the province copies of cities' drafts stand beside its own. */
  node: string;
  code: string;
  /** Published version that it is a change of; 0: none. */
  base: number;
  department: string;
  division: string;
  state: DraftState;
  /** Node whose people take the next step; empty once there is none. */
  turn: string;
  /** Grows with each step, also with those of another node; what callers name as its revision. */
  changes: number;
  /** `CatalogItemContent` as proto JSON. */
  content: JsonObject;
  /** The content before the last step, while that is one which changes it: the same person's next change is told against it. */
  before?: JsonObject;
  steps: DraftStep[];
  /** Its item's code, while it is open. */
  openCode?: string;
  /** `<code>/<base>` once it is published, unique: of two drafts of one base one is published, and the other is rebased. */
  slot?: string;
  /** Version that it became. */
  version?: number;
  /** At a city: the province's last decision on it as that signed it, an `ItemDraftDecision` in Base64. */
  decision?: string;
  /** It is published, and the version is not there for sure. */
  unfinished?: "publish";
}

const LEADS = { "": [], state: ["state"], code: ["code"], turn: ["turn", "state"] } as const;
/** What drafts are looked for by. */
export type DraftLead = keyof typeof LEADS;

export const DRAFTS: CollectionSpec = {
  name: "catalog_drafts",
  indexes: [
    ...Object.entries(LEADS).flatMap(([lead, fields]) => [
      { name: `${lead}Divisions`, fields: [...fields, "division", "draft"] },
      { name: `${lead}Departments`, fields: [...fields, "department", "division", "draft"] },
    ]),
    { name: "open", fields: ["openCode", "draft"] },
    { name: "slots", fields: ["slot"], unique: true },
    { name: "unfinished", fields: ["unfinished"] },
    { name: "nodes", fields: ["node", "draft"] },
    PENDING_INDEX,
  ],
};

/** What readers of a draft rely on; see `document-checks.ts`. */
export function checkDraftDocument(document: DraftDocument): void {
  const { _id, draft, node, code, base, department, division, state, turn, changes, content, before, steps } = document;
  const sound =
    _id === draft &&
    [draft, node, code, department, division, turn].every((text) => typeof text === "string") &&
    typeof (document.decision ?? "") === "string" &&
    [base, changes, document.version ?? 0].every(Number.isSafeInteger) &&
    Object.hasOwn(DRAFT_STATES, state) &&
    Array.isArray(steps) &&
    steps.every(isStep);
  if (!sound) throw new Refusal("RECORD_UNREADABLE", "the draft lacks members or has wrong ones");
  fromJson(CatalogItemContentSchema, content);
  if (before !== undefined) fromJson(CatalogItemContentSchema, before);
}

function isStep(step: DraftStep | null): boolean {
  if (step === null || !Object.hasOwn(DRAFT_ACTIONS, step.action) || !Number.isSafeInteger(step.base)) return false;
  const { account, name, department, division, at, remark, contentSha256, differences = [] } = step;
  const texts = [account, name, department, division, at, remark, contentSha256];
  return texts.every((text) => typeof text === "string") && Array.isArray(differences);
}
