import { Table } from "antd";
import type { ColumnsType } from "antd/es/table";
import { Link } from "react-router";
import type { Process, ServiceState } from "../../../proto/gen/ecert/watch/v1/watch_service_pb.ts";
import { timeText } from "../format/dates.ts";
import { sizeText } from "../format/sizes.ts";
import { Scrolls } from "../list/scrolls.tsx";
import { StateMark } from "../shell/state-mark.tsx";
import { said, useTexts } from "../text/texts.ts";
import { serviceName, WATCH } from "./watch-texts.ts";

/** Services by the processes that they run in, then those that did not answer. */
export function ServiceTable({ processes, away }: { processes: readonly Process[]; away: readonly string[] }) {
  const texts = useTexts(WATCH);
  const columns: ColumnsType<ServiceState> = [
    { title: texts.service, render: (_, { name }) => said(serviceName(name)) },
    {
      title: texts.state,
      render: (_, { serving, detail }) =>
        serving ? (
          <StateMark text={WATCH.serving} shape="●" tone="good" />
        ) : (
          <>
            <StateMark text={WATCH.notServing} shape="✕" tone="bad" /> <span className="wrap">{detail}</span>
          </>
        ),
    },
    { title: texts.sinceWhen, render: (_, { since }) => <span className="code">{timeText(since)}</span> },
    { title: texts.engine, render: (_, { engine }) => engine },
    { title: texts.size, align: "right", render: (_, { storeBytes }) => sizeText(storeBytes) },
    {
      title: texts.countAside,
      align: "right",
      render: (_, { name, setAside }) =>
        setAside > 0n ? (
          <Link to={`/watch/set-aside?service=${encodeURIComponent(name)}`}>{setAside.toString()}</Link>
        ) : (
          "0"
        ),
    },
  ];
  return (
    <section className="panel">
      <h2>{texts.services}</h2>
      {processes.map(({ instance, replica, startedAt, services }) => {
        const label = texts.process(replica, timeText(startedAt));
        return (
          <div key={instance}>
            <p className="quiet">{label}</p>
            <Scrolls label={label}>
              <Table<ServiceState>
                aria-label={label}
                size="middle"
                columns={columns}
                dataSource={services}
                rowKey={({ name }) => name}
                pagination={false}
              />
            </Scrolls>
          </div>
        );
      })}
      {away.length > 0 && (
        <ul className="waits">
          {away.map((name) => (
            <li key={name}>
              {said(serviceName(name))} <StateMark text={WATCH.away} shape="✕" tone="bad" />
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}
