import { useQuery } from "@connectrpc/connect-query";
import { EntryState } from "../../../proto/gen/ecert/governance/v1/entry_pb.ts";
import { EntryService } from "../../../proto/gen/ecert/governance/v1/entry_service_pb.ts";
import { entryStepText, isOnwardEntryStep } from "../people/entries/entry-step.ts";
import { useTexts } from "../text/texts.ts";
import { LONGEST_FIRST, WaitingCases } from "./waiting-cases.tsx";
import { WORKBENCH } from "./workbench-texts.ts";

/** Entries of departments that its reader may take further (6.4.1.1). */
export function EntriesWaiting() {
  const texts = useTexts(WORKBENCH);
  const asked = [useEntries(EntryState.SUBMITTED), useEntries(EntryState.RETURNED), useEntries(EntryState.DRAFT)];
  return (
    <WaitingCases
      title={texts.entries}
      none={texts.noEntryWaits}
      all="/people/entries"
      asked={asked}
      waits={({ code, name, actions, steps }) => {
        const onward = actions.filter(isOnwardEntryStep);
        if (onward.length === 0) return undefined;
        return { key: code, to: `/people/entries/${code}`, text: `${name} · ${onward.map(entryStepText)}`, steps };
      }}
    />
  );
}

function useEntries(state: EntryState) {
  const { listEntries } = EntryService.method;
  const { data, error, refetch } = useQuery(listEntries, { state, ...LONGEST_FIRST }, { staleTime: 0 });
  return { data: data && { cases: data.entries, nextPageToken: data.nextPageToken }, error, refetch };
}
