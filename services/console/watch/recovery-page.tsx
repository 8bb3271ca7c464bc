import { RecoveryService } from "../../../proto/gen/ecert/issue/v1/recovery_service_pb.ts";
import { useFilters } from "../list/filters.ts";
import { SearchFilter } from "../list/search-filter.tsx";
import { mayCall } from "../shell/allowed.ts";
import { useWho } from "../shell/who.tsx";
import { useTexts } from "../text/texts.ts";
import { ForkList } from "./fork-list.tsx";
import { LastRecovery } from "./last-recovery.tsx";
import { LostSignatures } from "./lost-signatures.tsx";
import { RECOVERY } from "./recovery-texts.ts";
import { useNode } from "./use-node.ts";
import { WATCH } from "./watch-texts.ts";

/** What an older copy of this node, or of another one, leaves to a person. Two records under one identifier are decided at the province alone. */
export function RecoveryPage() {
  const texts = { ...useTexts(WATCH), ...useTexts(RECOVERY) };
  const { roles } = useWho();
  const { data } = useNode();
  const filters = useFilters();
  return (
    <>
      <h1>{texts.recovery}</h1>
      <p className="quiet">{texts.how}</p>
      <LastRecovery />
      <search className="filters">
        <SearchFilter filters={filters} label={texts.find} />
      </search>
      {mayCall(roles, RecoveryService.method.listLostSignatures) && <LostSignatures />}
      {data?.province && <ForkList />}
    </>
  );
}
