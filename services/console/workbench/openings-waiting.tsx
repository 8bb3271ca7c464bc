import { useQuery } from "@connectrpc/connect-query";
import { Link } from "react-router";
import {
  type OpeningRequest,
  OpeningRequestService,
  OpeningRequestState,
} from "../../../proto/gen/ecert/governance/v1/opening_request_service_pb.ts";
import { instantOf } from "../../domain/instant.ts";
import { agoText } from "../format/dates.ts";
import { isOnwardStep, stepText } from "../openings/opening-actions.tsx";
import { SubjectTitle } from "../openings/subject-title.tsx";
import { Waiting } from "../shell/placeholders.tsx";
import { RefusalNotice } from "../shell/refusal-notice.tsx";
import { said, useTexts } from "../text/texts.ts";
import { WORKBENCH } from "./workbench-texts.ts";

/** Requests of one state that are asked for, and shown at once; all of them stand in the list. */
const ASKED = 50;
const SHOWN = 10;

const { listOpeningRequests } = OpeningRequestService.method;

/** Requests for openings that its reader may take further, those that wait longest first. */
export function OpeningsWaiting() {
  const texts = useTexts(WORKBENCH);
  const lists = [
    useQuery(listOpeningRequests, { state: OpeningRequestState.SUBMITTED, pageSize: ASKED }, { staleTime: 0 }),
    useQuery(listOpeningRequests, { state: OpeningRequestState.RETURNED, pageSize: ASKED }, { staleTime: 0 }),
    useQuery(listOpeningRequests, { state: OpeningRequestState.DRAFT, pageSize: ASKED }, { staleTime: 0 }),
  ];
  const failed = lists.find(({ error }) => error);
  if (failed) return <RefusalNotice error={failed.error} retry={() => failed.refetch()} />;
  if (lists.some(({ data }) => !data)) return <Waiting />;
  const requests = lists.flatMap(({ data }) => data?.requests ?? []);
  const waiting = requests.filter(({ actions }) => actions.some(isOnwardStep));
  const oldestFirst = waiting.toSorted((one, other) => instantOf(sinceOf(one)) - instantOf(sinceOf(other)));
  return (
    <section className="panel">
      <h2>{texts.openings}</h2>
      {waiting.length === 0 && <p className="quiet">{texts.noOpeningWaits}</p>}
      <ul className="waits">
        {oldestFirst.slice(0, SHOWN).map((request) => (
          <li key={request.id}>
            <Link to={`/openings/${encodeURIComponent(request.id)}`}>
              <SubjectTitle subject={request.subject} /> · {request.actions.filter(isOnwardStep).map(stepText)}
            </Link>{" "}
            <span className="quiet">{said(agoText(sinceOf(request), new Date()))}</span>
          </li>
        ))}
      </ul>
      {(waiting.length > SHOWN || lists.some(({ data }) => data?.nextPageToken !== "")) && (
        <Link to="/openings">{texts.all}</Link>
      )}
    </section>
  );
}

/** Since when a request waits: its last step. */
function sinceOf({ steps }: OpeningRequest): string {
  return steps.at(-1)?.at ?? "";
}
