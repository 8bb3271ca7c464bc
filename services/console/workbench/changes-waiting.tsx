import { useQuery } from "@connectrpc/connect-query";
import { ChangeState } from "../../../proto/gen/ecert/governance/v1/change_pb.ts";
import { ChangeService } from "../../../proto/gen/ecert/governance/v1/change_service_pb.ts";
import { DepartmentName } from "../names/names.tsx";
import { changeKindText, changeStepText, isOnwardChangeStep } from "../people/changes/change-step.ts";
import { useTexts } from "../text/texts.ts";
import { LONGEST_FIRST, WaitingCases } from "./waiting-cases.tsx";
import { WORKBENCH } from "./workbench-texts.ts";

/** Changes of departments that its reader may take further (4.2). */
export function ChangesWaiting() {
  const texts = useTexts(WORKBENCH);
  const asked = [useChanges(ChangeState.SUBMITTED), useChanges(ChangeState.RETURNED), useChanges(ChangeState.DRAFT)];
  return (
    <WaitingCases
      title={texts.changes}
      none={texts.noChangeWaits}
      all="/people/changes"
      asked={asked}
      waits={({ id, kind, departmentCode, actions, steps }) => {
        const onward = actions.filter(isOnwardChangeStep);
        if (onward.length === 0) return undefined;
        const text = (
          <>
            {changeKindText(kind)} · <DepartmentName code={departmentCode} /> · {onward.map(changeStepText)}
          </>
        );
        return { key: id, to: `/people/changes/${encodeURIComponent(id)}`, text, steps };
      }}
    />
  );
}

function useChanges(state: ChangeState) {
  const { listChanges } = ChangeService.method;
  const { data, error, refetch } = useQuery(listChanges, { state, ...LONGEST_FIRST }, { staleTime: 0 });
  return { data: data && { cases: data.changes, nextPageToken: data.nextPageToken }, error, refetch };
}
