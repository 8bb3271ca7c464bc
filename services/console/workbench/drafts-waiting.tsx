import { useQuery } from "@connectrpc/connect-query";
import { Link } from "react-router";
import { DraftService } from "../../../proto/gen/ecert/catalog/v1/draft_service_pb.ts";
import type { ItemDraft } from "../../../proto/gen/ecert/catalog/v1/item_draft_pb.ts";
import { isOnward } from "../../domain/item-procedure.ts";
import { actionText } from "../catalog/draft-steps.tsx";
import { agoText } from "../format/dates.ts";
import { Waiting } from "../shell/placeholders.tsx";
import { RefusalNotice } from "../shell/refusal-notice.tsx";
import { said, useTexts } from "../text/texts.ts";
import { WORKBENCH } from "./workbench-texts.ts";

/** Drafts that are shown at once, those that wait longest; all of them stand in the list. */
const SHOWN = 10;

/** Drafts of catalog items that its reader may take further, those that wait longest first. */
export function DraftsWaiting() {
  const texts = useTexts(WORKBENCH);
  const by = { case: "waitsForMe" as const, value: true };
  const asked = { by, onward: true, pageSize: SHOWN, orderBy: "last_step" };
  const { data, error, refetch } = useQuery(DraftService.method.listDrafts, asked, { staleTime: 0 });
  if (error) return <RefusalNotice error={error} retry={() => refetch()} />;
  if (!data) return <Waiting />;
  return (
    <section className="panel">
      <h2>{texts.drafts}</h2>
      {data.drafts.length === 0 && <p className="quiet">{texts.noDraftWaits}</p>}
      <ul className="waits">
        {data.drafts.map((draft) => (
          <li key={draft.id}>
            <Link to={`/catalog/drafts/${encodeURIComponent(draft.id)}`}>
              {draft.name || draft.itemCode} · {draft.openActions.filter(isOnward).map((one) => said(actionText(one)))}
            </Link>{" "}
            <span className="quiet">{said(agoText(sinceOf(draft), new Date()))}</span>
          </li>
        ))}
      </ul>
      {data.nextPageToken !== "" && <Link to="/catalog/drafts?state=mine">{texts.all}</Link>}
    </section>
  );
}

/** Since when a draft waits: its last step. */
function sinceOf({ steps }: ItemDraft): string {
  return steps.at(-1)?.step?.at ?? "";
}
