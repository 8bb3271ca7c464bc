import { useQuery } from "@connectrpc/connect-query";
import { Link } from "react-router";
import { ListChangeState } from "../../../proto/gen/ecert/catalog/v1/list_pb.ts";
import { ListService } from "../../../proto/gen/ecert/catalog/v1/list_service_pb.ts";
import { agoText } from "../format/dates.ts";
import { DivisionName } from "../names/names.tsx";
import { Waiting } from "../shell/placeholders.tsx";
import { RefusalNotice } from "../shell/refusal-notice.tsx";
import { said, useTexts } from "../text/texts.ts";
import { WORKBENCH } from "./workbench-texts.ts";

/** Changes that are asked for: those that wait for the reader, and of them the longest; all of them stand in the list. */
const ASKED = { state: ListChangeState.DRAFT, waitsForMe: true, pageSize: 50, orderBy: "last_step" };

/** Changes of obligatory lists that others have prepared, for whoever may publish them, those that wait longest first. */
export function ListChangesWaiting() {
  const texts = useTexts(WORKBENCH);
  const { data, error, refetch } = useQuery(ListService.method.listListChanges, ASKED, { staleTime: 0 });
  if (error) return <RefusalNotice error={error} retry={() => refetch()} />;
  if (!data) return <Waiting />;
  return (
    <section className="panel">
      <h2>{texts.listChanges}</h2>
      {data.changes.length === 0 && <p className="quiet">{texts.noListChangeWaits}</p>}
      <ul className="waits">
        {data.changes.map(({ id, division, steps }) => (
          <li key={id}>
            <Link to={`/catalog/list/changes/${encodeURIComponent(id)}`}>
              {texts.listChangeOf} <DivisionName code={division} />
            </Link>{" "}
            <span className="quiet">{said(agoText(steps.at(0)?.at ?? "", new Date()))}</span>
          </li>
        ))}
      </ul>
      {data.nextPageToken !== "" && (
        <Link to={`/catalog/list/changes?state=${ListChangeState.DRAFT}`}>{texts.all}</Link>
      )}
    </section>
  );
}
