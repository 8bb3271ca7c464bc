import { useQuery } from "@connectrpc/connect-query";
import { Link } from "react-router";
import { ListChangeState } from "../../../proto/gen/ecert/catalog/v1/list_pb.ts";
import { ListService } from "../../../proto/gen/ecert/catalog/v1/list_service_pb.ts";
import { agoText } from "../format/dates.ts";
import { DivisionName } from "../names/names.tsx";
import { Waiting } from "../shell/placeholders.tsx";
import { RefusalNotice } from "../shell/refusal-notice.tsx";
import { useWho } from "../shell/who.tsx";
import { said, useTexts } from "../text/texts.ts";
import { WORKBENCH } from "./workbench-texts.ts";

/** Changes that are asked for, those that wait longest; all of them stand in the list. */
const ASKED = 50;

/** Changes of obligatory lists that others have prepared, for whoever may publish them, those that wait longest first. */
export function ListChangesWaiting() {
  const texts = useTexts(WORKBENCH);
  const { account } = useWho();
  const asked = { state: ListChangeState.DRAFT, pageSize: ASKED, orderBy: "last_step" };
  const { data, error, refetch } = useQuery(ListService.method.listListChanges, asked, { staleTime: 0 });
  if (error) return <RefusalNotice error={error} retry={() => refetch()} />;
  if (!data) return <Waiting />;
  const waiting = data.changes.filter(({ steps }) => steps.at(0)?.account !== account);
  return (
    <section className="panel">
      <h2>{texts.listChanges}</h2>
      {waiting.length === 0 && <p className="quiet">{texts.noListChangeWaits}</p>}
      <ul className="waits">
        {waiting.map(({ id, division, steps }) => (
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
