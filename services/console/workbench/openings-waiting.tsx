import { useQuery } from "@connectrpc/connect-query";
import {
  OpeningRequestService,
  OpeningRequestState,
} from "../../../proto/gen/ecert/governance/v1/opening_request_service_pb.ts";
import { isOnwardStep, stepText } from "../openings/opening-actions.tsx";
import { SubjectTitle } from "../openings/subject-title.tsx";
import { useTexts } from "../text/texts.ts";
import { LONGEST_FIRST, WaitingCases } from "./waiting-cases.tsx";
import { WORKBENCH } from "./workbench-texts.ts";

/** Requests for openings that its reader may take further. */
export function OpeningsWaiting() {
  const texts = useTexts(WORKBENCH);
  const asked = [
    useRequests(OpeningRequestState.SUBMITTED),
    useRequests(OpeningRequestState.RETURNED),
    useRequests(OpeningRequestState.DRAFT),
  ];
  return (
    <WaitingCases
      title={texts.openings}
      none={texts.noOpeningWaits}
      all="/openings"
      asked={asked}
      waits={({ id, subject, actions, steps }) => {
        const onward = actions.filter(isOnwardStep);
        if (onward.length === 0) return undefined;
        const text = (
          <>
            <SubjectTitle subject={subject} /> · {onward.map(stepText)}
          </>
        );
        return { key: id, to: `/openings/${encodeURIComponent(id)}`, text, steps };
      }}
    />
  );
}

function useRequests(state: OpeningRequestState) {
  const { listOpeningRequests } = OpeningRequestService.method;
  const { data, error, refetch } = useQuery(listOpeningRequests, { state, ...LONGEST_FIRST }, { staleTime: 0 });
  return { data: data && { cases: data.requests, nextPageToken: data.nextPageToken }, error, refetch };
}
