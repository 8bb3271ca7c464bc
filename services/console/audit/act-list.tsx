import { useState } from "react";
import { type Act, AuditService } from "../../../proto/gen/ecert/supervision/v1/audit_service_pb.ts";
import { addDays } from "../../domain/civil-date.ts";
import { type Filters, useFilters } from "../list/filters.ts";
import { RecordList } from "../list/record-list.tsx";
import { useTexts } from "../text/texts.ts";
import { actColumns } from "./act-columns.tsx";
import { ActDetails } from "./act-details.tsx";
import { ActFilters } from "./act-filters.tsx";
import { AUDIT } from "./audit-texts.ts";

/** Who did what, the newest first, as far as its reader sees. */
export function ActList() {
  const texts = useTexts(AUDIT);
  const filters = useFilters();
  return (
    <>
      <h1>{texts.title}</h1>
      <p className="quiet">{texts.how}</p>
      <ActFilters filters={filters} />
      <Acts request={asked(filters)} filters={filters} empty={texts.none} />
    </>
  );
}

/** A list of acts, each with all that is known of it beside the list. `ofOne`: of one certificate. */
export function Acts(props: { request: ReturnType<typeof asked>; filters: Filters; empty: string; ofOne?: boolean }) {
  const { request, filters, empty, ofOne = false } = props;
  const texts = useTexts(AUDIT);
  const [shown, setShown] = useState<Act>();
  return (
    <>
      <RecordList
        method={AuditService.method.listActs}
        request={request}
        rowsOf={({ acts }) => acts}
        keyOf={({ id }) => id}
        columns={actColumns(texts, setShown, { ofOne })}
        label={texts.list}
        empty={empty}
        filters={filters}
      />
      <ActDetails act={shown} close={() => setShown(undefined)} />
    </>
  );
}

/** Days of China: the last one is included. */
function asked(filters: Filters) {
  const midnight = (day: string) => (day === "" ? "" : `${day}T00:00:00+08:00`);
  const to = filters.get("to");
  return {
    identifier: filters.get("identifier"),
    account: filters.get("account"),
    appKey: filters.get("appKey"),
    departmentCode: filters.get("departmentCode"),
    kind: filters.get("kind"),
    from: midnight(filters.get("from")),
    to: to === "" ? "" : midnight(addDays(to, 1)),
  };
}
