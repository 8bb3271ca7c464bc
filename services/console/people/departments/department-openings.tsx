import { OpeningHaltKind } from "../../../../proto/gen/ecert/catalog/v1/registry_pb.ts";
import { RegistryService } from "../../../../proto/gen/ecert/catalog/v1/registry_service_pb.ts";
import { shanghaiDay } from "../../../domain/civil-date.ts";
import { useFilters } from "../../list/filters.ts";
import { ItemName } from "../../names/names.tsx";
import { type ShownState, StateMark } from "../../shell/state-mark.tsx";
import { useTexts } from "../../text/texts.ts";
import { DepartmentPart } from "./department-part.tsx";
import { DEPARTMENTS } from "./department-texts.ts";

/** What a department issues (6.2.4.2): by which app and seal, from and until when. */
export function DepartmentOpenings({ code }: { code: string }) {
  const texts = useTexts(DEPARTMENTS);
  const filters = useFilters(undefined, "openings");
  const today = shanghaiDay(new Date());
  return (
    <DepartmentPart
      title={texts.openings}
      empty={texts.noOpenings}
      find={texts.findOpening}
      filters={filters}
      method={RegistryService.method.listIssuingOpenings}
      request={{ departmentCode: code, search: filters.get("search") }}
      rowsOf={({ openings }) => openings}
      keyOf={({ itemCode, appKey }) => `${itemCode} ${appKey}`}
      columns={[
        { key: "item_code", title: texts.item, render: (_, { itemCode }) => <ItemName code={itemCode} /> },
        {
          title: texts.state,
          render: (_, { halt, opensOn, closesOn }) => (
            <StateMark {...shownOpeningState(halt?.kind, opensOn, closesOn, today)} />
          ),
        },
        { key: "app_key", title: texts.app, render: (_, { appKey }) => <span className="code">{appKey}</span> },
        { key: "seal_code", title: texts.seal, render: (_, { sealCode }) => <span className="code">{sealCode}</span> },
        {
          key: "opens_on",
          title: texts.days,
          render: (_, { opensOn, closesOn }) => (
            <span className="code">
              {opensOn} – {closesOn || texts.noEnd}
            </span>
          ),
        },
      ]}
    />
  );
}

function shownOpeningState(halt: OpeningHaltKind | undefined, from: string, until: string, today: string): ShownState {
  if (halt === OpeningHaltKind.SUSPENDED) return { text: ["暂停", "Suspended"], shape: "◐", tone: "waiting" };
  if (halt === OpeningHaltKind.WITHDRAWN) return { text: ["已撤回", "Withdrawn"], shape: "○", tone: "ended" };
  if (today < from) return { text: ["未到开通日", "Not yet open"], shape: "◔", tone: "waiting" };
  if (until !== "" && until < today) return { text: ["已截止", "Ended"], shape: "○", tone: "ended" };
  return { text: ["开通中", "Open"], shape: "●", tone: "good" };
}
