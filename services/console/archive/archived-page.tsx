import { useQuery } from "@connectrpc/connect-query";
import { Descriptions } from "antd";
import { Link, useParams } from "react-router";
import {
  ArchiveReadService,
  type GetArchivedResponse,
} from "../../../proto/gen/ecert/sync/v1/archive_read_service_pb.ts";
import { FileFormat } from "../../../proto/gen/ecert/type/v1/file_pb.ts";
import { timeText } from "../format/dates.ts";
import { sizeText } from "../format/sizes.ts";
import { DivisionName, ItemName } from "../names/names.tsx";
import { mayCall } from "../shell/allowed.ts";
import { Waiting } from "../shell/placeholders.tsx";
import { RefusalNotice } from "../shell/refusal-notice.tsx";
import { StateMark } from "../shell/state-mark.tsx";
import { useWho } from "../shell/who.tsx";
import { useTexts } from "../text/texts.ts";
import { archiveState } from "./archive-state.ts";
import { ARCHIVE } from "./archive-texts.ts";
import { ArchivedContent } from "./archived-content.tsx";
import { ArchivedFace } from "./archived-face.tsx";
import { ArchivedAttachment, ArchivedFile } from "./archived-file.tsx";
import { ArchivedVersions } from "./archived-versions.tsx";
import { type ArchivedFileHere, useArchivedFile } from "./use-archived-file.ts";

/** One certificate of the archive: state, version, predecessor, files, and its face and content once they are asked for. */
export function ArchivedPage() {
  const texts = useTexts(ARCHIVE);
  const { identifier = "" } = useParams();
  const { data, error, refetch } = useQuery(ArchiveReadService.method.getArchived, { identifier });
  return (
    <>
      <p>
        <Link to="/archive">{texts.back}</Link>
      </p>
      {error && <RefusalNotice error={error} retry={() => refetch()} />}
      {!error && (data ? <Archived key={identifier} found={data} /> : <Waiting />)}
    </>
  );
}

function Archived({ found }: { found: GetArchivedResponse }) {
  const texts = useTexts(ARCHIVE);
  const { certificate, revision, stateCause, stateSince, validFrom, validTo, issuerName, forkedSince, fromArchive } =
    found;
  const { replaces, replaceCause, files } = found;
  const { roles } = useWho();
  const may = mayCall(roles, ArchiveReadService.method.readArchivedFile);
  const pdf = useArchivedFile(certificate?.identifier ?? "", { format: FileFormat.PDF });
  const ofd = useArchivedFile(certificate?.identifier ?? "", { format: FileFormat.OFD });
  if (!certificate) return null;
  const { identifier, name, number, itemCode, holders, state, issuedAt, version, node } = certificate;
  return (
    <>
      <div className="head">
        <h1>
          {name} · {holders.map((holder) => holder.name).join("、")}
        </h1>
        <StateMark {...archiveState(state)} />
        <Link to={`/audit/life/${encodeURIComponent(identifier)}`}>{texts.life}</Link>
      </div>
      {fromArchive && <p className="quiet">{texts.copy}</p>}
      {forkedSince !== "" && (
        <p className="panel" role="status">
          {texts.forked(timeText(forkedSince))}
        </p>
      )}
      <div className="beside">
        <div>
          {files.some(({ format }) => format === FileFormat.PDF) && <ArchivedFace pdf={pdf} name={name} may={may} />}
          <ArchivedContent identifier={identifier} itemCode={itemCode} />
          <Files found={found} may={may} here={{ [FileFormat.PDF]: pdf, [FileFormat.OFD]: ofd }} />
          <ArchivedVersions certificate={certificate} fromArchive={fromArchive} />
        </div>
        <Descriptions
          column={1}
          size="small"
          className="panel"
          items={[
            { label: texts.numberShort, children: <span className="code">{number}</span> },
            { label: texts.identifier, children: <span className="code wrap">{identifier}</span> },
            { label: texts.kind, children: <ItemName code={itemCode} /> },
            ...holders.map(({ name, code }) => ({
              label: texts.holder,
              children: (
                <span className="code">
                  {name}（{code}）
                </span>
              ),
            })),
            { label: texts.issuer, children: issuerName },
            { label: texts.node, children: <DivisionName code={node} /> },
            { label: texts.issuedAt, children: timeText(issuedAt) },
            {
              label: texts.validity,
              children: `${validFrom || timeText(issuedAt).slice(0, 10)} – ${validTo || texts.withoutEnd}`,
            },
            { label: texts.since, children: timeText(stateSince) },
            ...(stateCause ? [{ label: texts.cause, children: stateCause }] : []),
            ...(replaces ? [{ label: texts.replaces, children: <Predecessor identifier={replaces} /> }] : []),
            ...(replaceCause ? [{ label: texts.replaceCause, children: replaceCause }] : []),
            { label: texts.version, children: texts.versionOf(version) },
            { label: texts.revision, children: String(revision) },
          ]}
        />
      </div>
    </>
  );
}

/** The certificate that one replaces, which is archived as well. */
function Predecessor({ identifier }: { identifier: string }) {
  return (
    <Link className="code wrap" to={`/archive/${encodeURIComponent(identifier)}`}>
      {identifier}
    </Link>
  );
}

function Files(props: { found: GetArchivedResponse; may: boolean; here: Readonly<Record<number, ArchivedFileHere>> }) {
  const { found, may, here } = props;
  const { files, certificate } = found;
  const texts = useTexts(ARCHIVE);
  return (
    <section className="panel" aria-labelledby="files">
      <h2 id="files">{texts.files}</h2>
      {files.length === 0 && <p className="quiet">{texts.noFiles}</p>}
      <ul className="files">
        {files.map(({ format, name, sha256, size }) => (
          <li key={`${format} ${sha256}`}>
            {FORMATS[format] ?? `${texts.attachment} ${name}`} · {sizeText(size)} ·{" "}
            <span className="code quiet">
              {texts.sha256} {sha256.slice(0, 12)}…
            </span>{" "}
            {may && here[format] && <ArchivedFile here={here[format]} name={FORMATS[format] ?? ""} />}
            {may && format === FileFormat.UNSPECIFIED && (
              <ArchivedAttachment identifier={certificate?.identifier ?? ""} sha256={sha256} name={name} />
            )}
          </li>
        ))}
      </ul>
    </section>
  );
}

const FORMATS: Readonly<Record<number, string>> = { [FileFormat.PDF]: "PDF", [FileFormat.OFD]: "OFD" };
