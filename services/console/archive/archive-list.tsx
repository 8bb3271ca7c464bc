import type { ColumnsType } from "antd/es/table";
import { useState } from "react";
import { Link } from "react-router";
import {
  type ArchivedSummary,
  type ArchivePart,
  ArchiveReadService,
} from "../../../proto/gen/ecert/sync/v1/archive_read_service_pb.ts";
import type { CertificateState } from "../../../proto/gen/ecert/sync/v1/certificate_record_pb.ts";
import { timeText } from "../format/dates.ts";
import { type Filters, useFilters } from "../list/filters.ts";
import { RecordList } from "../list/record-list.tsx";
import { DepartmentName } from "../names/names.tsx";
import { StateMark } from "../shell/state-mark.tsx";
import { useTexts } from "../text/texts.ts";
import { ArchiveFilters, type HolderAsked } from "./archive-filters.tsx";
import { archiveState } from "./archive-state.ts";
import { ARCHIVE } from "./archive-texts.ts";

/** Certificates of the archive (4.6.3), as far as their reader sees. */
export function ArchiveList() {
  const texts = useTexts(ARCHIVE);
  const filters = useFilters();
  const [holder, setHolder] = useState<HolderAsked>();
  const columns: ColumnsType<ArchivedSummary> = [
    {
      title: texts.name,
      render: (_, { name, identifier }) => <Link to={encodeURIComponent(identifier)}>{name}</Link>,
    },
    {
      title: texts.holder,
      render: (_, { holders }) => holders.map(({ name, code }) => `${name}（${code}）`).join("、"),
    },
    { key: "number", title: texts.numberShort, render: (_, { number }) => <span className="code">{number}</span> },
    { title: texts.state, render: (_, { state }) => <StateMark {...archiveState(state)} /> },
    { title: texts.issuer, render: (_, { issuerCode }) => <DepartmentName code={issuerCode} /> },
    {
      key: "issued_at",
      title: texts.issuedAt,
      render: (_, { issuedAt }) => <span className="code">{timeText(issuedAt)}</span>,
    },
  ];
  const shown = narrowedBy(filters, holder, () => setHolder(undefined));
  return (
    <>
      <h1>{texts.title}</h1>
      <p className="quiet">{texts.how}</p>
      <ArchiveFilters filters={filters} holder={holder} setHolder={setHolder} />
      <RecordList
        method={ArchiveReadService.method.searchArchive}
        request={{ part: Number(filters.get("part")) as ArchivePart, wanted: wantedBy(filters, holder) }}
        rowsOf={({ certificates }) => certificates}
        keyOf={({ identifier }) => identifier}
        columns={columns}
        label={texts.list}
        empty={texts.none}
        filters={shown}
      />
    </>
  );
}

function wantedBy(filters: Filters, holder: HolderAsked | undefined) {
  return {
    identifier: filters.get("identifier"),
    departmentCode: filters.get("departmentCode"),
    itemCode: filters.get("itemCode"),
    number: filters.get("number"),
    state: Number(filters.get("state")) as CertificateState,
    issuedFrom: filters.get("from"),
    issuedTo: filters.get("to"),
    ...(holder && { holderCodeType: holder.codeType, holderCode: holder.code }),
  };
}

/** The filters as the list knows them: with the holder, who is not in the address, another list begins, too. */
function narrowedBy(filters: Filters, holder: HolderAsked | undefined, forget: () => void): Filters {
  if (!holder) return filters;
  const clear = () => {
    filters.clear();
    forget();
  };
  return { ...filters, any: true, key: `${filters.key} ${holder.codeType} ${holder.code}`, clear };
}
