import { useQuery } from "@connectrpc/connect-query";
import { Empty, Table } from "antd";
import type { ColumnsType } from "antd/es/table";
import { Link as PageLink } from "react-router";
import type { CertificateFork } from "../../../proto/gen/ecert/sync/v1/fork_pb.ts";
import { type Link, LinkService } from "../../../proto/gen/ecert/sync/v1/link_service_pb.ts";
import { StandingService } from "../../../proto/gen/ecert/sync/v1/standing_service_pb.ts";
import { timeText } from "../format/dates.ts";
import { useFilters } from "../list/filters.ts";
import { RecordList } from "../list/record-list.tsx";
import { Scrolls } from "../list/scrolls.tsx";
import { SearchFilter } from "../list/search-filter.tsx";
import { DivisionName } from "../names/names.tsx";
import { Waiting } from "../shell/placeholders.tsx";
import { RefusalNotice } from "../shell/refusal-notice.tsx";
import { StateMark } from "../shell/state-mark.tsx";
import { useTexts } from "../text/texts.ts";
import { CompareNow } from "../watch/compare-now.tsx";
import { useEvery } from "../watch/use-node.ts";
import { ARCHIVE } from "./archive-texts.ts";

/** How this archive and those of its peers differ (4.6.2, 4.6.3): what the last comparison found, what waits, what was set aside, and second records. */
export function PeerDifferences() {
  const texts = useTexts(ARCHIVE);
  const { data, error, refetch } = useQuery(
    LinkService.method.getLinks,
    {},
    { refetchInterval: useEvery(), staleTime: 0 },
  );
  const columns: ColumnsType<Link> = [
    { title: texts.peer, render: (_, { node }) => <DivisionName code={node} /> },
    {
      title: texts.link,
      render: (_, { connected }) =>
        connected ? (
          <StateMark text={ARCHIVE.connected} shape="●" tone="good" />
        ) : (
          <StateMark text={ARCHIVE.disconnected} shape="◌" tone="waiting" />
        ),
    },
    { title: texts.waiting, align: "right", render: (_, { pending }) => String(pending) },
    {
      title: texts.compared,
      render: (_, link) => (
        <>
          <Compared link={link} /> <CompareNow link={link} done={() => void refetch()} />
        </>
      ),
    },
    {
      title: texts.setAside,
      align: "right",
      render: (_, { setAside }) => (setAside > 0n ? `${setAside}（${texts.setAsideHow}）` : "0"),
    },
    { title: texts.forks, align: "right", render: (_, { forks }) => String(forks) },
  ];
  const hasForks = data?.links.some(({ forks }) => forks > 0n);
  return (
    <>
      <h1>{texts.peers}</h1>
      <p className="quiet">{texts.peersHow}</p>
      {error && <RefusalNotice error={error} retry={() => refetch()} />}
      {!error && !data && <Waiting />}
      {data && (
        <Scrolls label={texts.peers}>
          <Table<Link>
            aria-label={texts.peers}
            size="middle"
            columns={columns}
            dataSource={data.links}
            rowKey="node"
            pagination={false}
            locale={{ emptyText: <Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description={texts.noPeers} /> }}
          />
        </Scrolls>
      )}
      {hasForks && <Forks />}
    </>
  );
}

function Compared({ link: { comparison } }: { link: Link }) {
  const texts = useTexts(ARCHIVE);
  if (!comparison) return <span className="quiet">{texts.notCompared}</span>;
  const { at, equal, surplus, unrepaired } = comparison;
  if (equal) return texts.equal(timeText(at));
  return texts.differs(timeText(at), String(surplus), String(unrepaired));
}

function Forks() {
  const texts = useTexts(ARCHIVE);
  const filters = useFilters();
  const columns: ColumnsType<CertificateFork> = [
    {
      title: texts.identifier,
      render: (_, { identifier }) => (
        <PageLink className="code wrap" to={`/archive/${encodeURIComponent(identifier)}`}>
          {identifier}
        </PageLink>
      ),
    },
    { title: texts.node, render: (_, { node }) => <DivisionName code={node} /> },
    {
      key: "since",
      title: texts.knownSince,
      render: (_, { since }) => <span className="code">{timeText(since)}</span>,
    },
  ];
  return (
    <section aria-labelledby="forks">
      <h2 id="forks">{texts.forksTitle}</h2>
      <search className="filters">
        <SearchFilter filters={filters} label={texts.findFork} />
      </search>
      <RecordList
        method={StandingService.method.listForks}
        request={{ search: filters.get("search") }}
        rowsOf={({ forks }) => forks}
        keyOf={({ identifier }) => identifier}
        columns={columns}
        label={texts.forksTitle}
        empty={texts.noForks}
        filters={filters}
      />
    </section>
  );
}
