import { OpeningService } from "../../../../proto/gen/ecert/catalog/v1/opening_service_pb.ts";
import { useFilters } from "../../list/filters.ts";
import { ItemName, MatterName } from "../../names/names.tsx";
import { useTexts } from "../../text/texts.ts";
import { DepartmentPart } from "./department-part.tsx";
import { DEPARTMENTS } from "./department-texts.ts";

/** Apps of other departments that act for a department (委托办理, 6.4.4.2), in what, and until when. */
export function DepartmentDelegations({ code }: { code: string }) {
  const texts = useTexts(DEPARTMENTS);
  const filters = useFilters(undefined, "delegations");
  return (
    <DepartmentPart
      title={texts.delegations}
      empty={texts.noDelegations}
      find={texts.findDelegation}
      filters={filters}
      method={OpeningService.method.listDelegations}
      request={{ departmentCode: code, search: filters.get("search") }}
      rowsOf={({ delegations }) => delegations}
      keyOf={({ appKey }) => appKey}
      columns={[
        { key: "app_key", title: texts.app, render: (_, { appKey }) => <span className="code">{appKey}</span> },
        {
          title: texts.items,
          render: (_, { itemCodes }) =>
            itemCodes.map((item) => (
              <div key={item}>
                <ItemName code={item} />
              </div>
            )),
        },
        {
          title: texts.matters,
          render: (_, { matterCodes }) =>
            matterCodes.map((matter) => (
              <div key={matter}>
                <MatterName code={matter} />
              </div>
            )),
        },
        {
          key: "since",
          title: texts.days,
          render: (_, { since, until }) => (
            <span className="code">
              {since} – {until || texts.noEnd}
            </span>
          ),
        },
      ]}
    />
  );
}
