import type { EntryService } from "../../../proto/gen/ecert/governance/v1/entry_service_pb.ts";
import type { Handlers } from "../../call/chain/service.ts";
import { ENTRY } from "../../domain/entry-procedure.ts";
import { waitsFor } from "../../domain/procedure.ts";
import { holdsPart } from "../../store/fitting-page.ts";
import { orderedPage } from "../../store/ordered-page.ts";
import { casesWithin, LAST_STEP } from "../cases/case-record.ts";
import type { GovernanceContext } from "../context.ts";
import type { EntryDocument } from "../entries/entry-record.ts";
import { entryStateOf, entryView } from "../entries/entry-view.ts";

const PAGE_SIZE = 20;

const KEYS: Readonly<Record<string, (one: EntryDocument) => string>> = {
  name: ({ form }) => form.name,
  code: ({ form }) => form.code,
  division: ({ form }) => form.division,
  ...LAST_STEP,
};

/** Lists entries within reach. */
export function listEntries({ entries }: GovernanceContext): Handlers<typeof EntryService>["listEntries"] {
  return async ({ state, search, orderBy, pageSize, pageToken, waitsForMe }, { caller, reach }) => {
    const within = casesWithin(reach, entryStateOf(state));
    const limit = pageSize || PAGE_SIZE;
    const { items, next } = await orderedPage(
      entries,
      { ...within, limit, ...(pageToken !== "" && { after: pageToken }) },
      { orderBy, keys: KEYS },
      (one) => holdsPart(search, [one.form.code, one.form.name]) && (!waitsForMe || waitsFor(ENTRY, one, caller)),
    );
    return { entries: items.map((one) => entryView(one, caller)), nextPageToken: next ?? "" };
  };
}
