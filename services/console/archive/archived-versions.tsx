import type { ColumnsType } from "antd/es/table";
import { Link } from "react-router";
import {
  type ArchivedSummary,
  ArchivePart,
  ArchiveReadService,
} from "../../../proto/gen/ecert/sync/v1/archive_read_service_pb.ts";
import { timeText } from "../format/dates.ts";
import { useFilters } from "../list/filters.ts";
import { RecordList } from "../list/record-list.tsx";
import { StateMark } from "../shell/state-mark.tsx";
import { useTexts } from "../text/texts.ts";
import { archiveState } from "./archive-state.ts";
import { ARCHIVE } from "./archive-texts.ts";

/**
 * All versions of a certificate that were issued, the newest first, each leading to its page (4.4.4: who replaces one keeps its item, issuer and number, by
 * which they are found). Each state with its time.
 */
export function ArchivedVersions(props: { certificate: ArchivedSummary; fromArchive: boolean }) {
  const { certificate, fromArchive } = props;
  const texts = useTexts(ARCHIVE);
  const filters = useFilters(undefined, "versions");
  const columns: ColumnsType<ArchivedSummary> = [
    {
      title: texts.version,
      render: (_, { identifier, version }) =>
        identifier === certificate.identifier ? (
          <span aria-current="page">
            {texts.versionOf(version)}（{texts.thisOne}）
          </span>
        ) : (
          <Link to={`/archive/${encodeURIComponent(identifier)}`}>{texts.versionOf(version)}</Link>
        ),
    },
    { title: texts.state, render: (_, { state }) => <StateMark {...archiveState(state)} /> },
    { title: texts.since, render: (_, { stateSince }) => <span className="code">{timeText(stateSince)}</span> },
    {
      key: "issued_at",
      title: texts.issuedAt,
      render: (_, { issuedAt }) => <span className="code">{timeText(issuedAt)}</span>,
    },
  ];
  const { itemCode, number, issuerCode: departmentCode } = certificate;
  return (
    <section className="panel" aria-labelledby="versions">
      <h2 id="versions">{texts.versions}</h2>
      <RecordList
        method={ArchiveReadService.method.searchArchive}
        request={{
          wanted: { itemCode, number, departmentCode },
          part: fromArchive ? ArchivePart.OTHERS : ArchivePart.OWN,
          orderBy: "-issued_at",
        }}
        rowsOf={({ certificates }) => certificates}
        keyOf={({ identifier }) => identifier}
        columns={columns}
        label={texts.versionsOf}
        empty={texts.versionsNone}
        filters={filters}
      />
    </section>
  );
}
