import { useQuery } from "@connectrpc/connect-query";
import { Link } from "react-router";
import { DraftService } from "../../../proto/gen/ecert/catalog/v1/draft_service_pb.ts";
import { DepartmentName } from "../names/names.tsx";
import { mayCall } from "../shell/allowed.ts";
import { StateMark } from "../shell/state-mark.tsx";
import { useWho } from "../shell/who.tsx";
import { useTexts } from "../text/texts.ts";
import { CATALOG } from "./catalog-texts.ts";
import { shownDraftState } from "./states.ts";

const { listDrafts } = DraftService.method;

/** Drafts that are shown at once; all of them stand in the list. */
const SHOWN = 10;

/** Drafts of an item that are under way; nothing where there are none, or for whoever may not see them. */
export function OpenDrafts({ itemCode }: { itemCode: string }) {
  const texts = useTexts(CATALOG);
  const { roles } = useWho();
  const by = { case: "itemCode" as const, value: itemCode };
  const asked = { by, open: true, pageSize: SHOWN };
  const { data } = useQuery(listDrafts, asked, { enabled: mayCall(roles, listDrafts) });
  if (!data || data.drafts.length === 0) return null;
  return (
    <section className="panel">
      <h2>{texts.openDrafts}</h2>
      <ul className="waits">
        {data.drafts.map(({ id, state, departmentCode }) => (
          <li key={id}>
            <Link to={`/catalog/drafts/${encodeURIComponent(id)}`}>{id}</Link> <StateMark {...shownDraftState(state)} />{" "}
            <DepartmentName code={departmentCode} />
          </li>
        ))}
      </ul>
      {data.nextPageToken !== "" && (
        <Link to={`/catalog/drafts?search=${encodeURIComponent(itemCode)}`}>{texts.allOpenDrafts}</Link>
      )}
    </section>
  );
}
