import { useMutation, useQuery } from "@connectrpc/connect-query";
import { useQueryClient } from "@tanstack/react-query";
import { Button, Table } from "antd";
import type { ColumnsType } from "antd/es/table";
import { useState } from "react";
import {
  type Recovery,
  type RecoveryPart,
  Standing,
  StandingService,
} from "../../../proto/gen/ecert/sync/v1/standing_service_pb.ts";
import { secondsLeft } from "../../domain/time-left.ts";
import { timeText } from "../format/dates.ts";
import { Scrolls } from "../list/scrolls.tsx";
import { AskFirst } from "../shell/ask-first.tsx";
import { Waiting } from "../shell/placeholders.tsx";
import { RefusalNotice } from "../shell/refusal-notice.tsx";
import { type ShownState, StateMark } from "../shell/state-mark.tsx";
import { said, useTexts } from "../text/texts.ts";
import { PARTS, RECOVERY } from "./recovery-texts.ts";
import { useEvery } from "./use-node.ts";

const { getStanding, getRecovery, startRecovery, stopRecovery } = StandingService.method;

const STANDINGS: Readonly<Record<number, ShownState>> = {
  [Standing.UNCOMPARED]: { text: RECOVERY.uncompared, shape: "◔", tone: "waiting" },
  [Standing.LEVEL]: { text: RECOVERY.level, shape: "●", tone: "good" },
  [Standing.BEHIND]: { text: RECOVERY.behind, shape: "✕", tone: "bad" },
  [Standing.FORKED]: { text: RECOVERY.forked, shape: "✕", tone: "bad" },
};

/** Where the node stands, what its last recovery has brought back, and the way to begin one. */
export function LastRecovery() {
  const texts = useTexts(RECOVERY);
  const queries = useQueryClient();
  const [asking, setAsking] = useState(false);
  const again = { refetchInterval: useEvery(), staleTime: 0 };
  const standing = useQuery(getStanding, {}, again);
  const { data, error, refetch } = useQuery(getRecovery, {}, again);
  const starting = useMutation(startRecovery, {
    async onSuccess() {
      setAsking(false);
      await queries.invalidateQueries();
    },
  });
  const stopping = useMutation(stopRecovery, { onSuccess: () => queries.invalidateQueries() });
  const failed = standing.error ?? error;
  const refused = failed && <RefusalNotice error={failed} retry={() => Promise.all([standing.refetch(), refetch()])} />;
  // Asked anew again and again: one answer that does not come takes neither what is told nor who is about to begin away.
  if (!standing.data || !data) return refused ?? <Waiting />;
  const { recovery } = data;
  const runs = recovery !== undefined && recovery.endedAt === "";
  return (
    <section className="panel">
      {refused}
      <h2>{texts.standing}</h2>
      <p>
        <StateMark {...(STANDINGS[standing.data.standing] ?? { text: ["", ""], shape: "?", tone: "ended" })} />{" "}
        <span className="wrap">{standing.data.detail}</span>
      </p>
      <h2>{texts.last}</h2>
      {recovery ? <Told recovery={recovery} /> : <p className="quiet">{texts.never}</p>}
      {starting.error && !asking && <RefusalNotice error={starting.error} />}
      {stopping.error && <RefusalNotice error={stopping.error} />}
      <div className="actions">
        {runs && (
          <Button loading={stopping.isPending || recovery.stopped} onClick={() => stopping.mutate({})}>
            {texts.stop}
          </Button>
        )}
        <Button
          type="primary"
          disabled={runs}
          loading={starting.isPending}
          onClick={() => starting.mutate({ dryRun: true })}
        >
          {texts.look}
        </Button>
        <Button danger disabled={runs} onClick={() => setAsking(true)}>
          {texts.start}
        </Button>
      </div>
      {asking && (
        <AskFirst
          act={texts.start}
          of={texts.real}
          how={texts.startHow}
          danger
          doIt={() => starting.mutate({})}
          doing={starting.isPending}
          fault={starting.error && <RefusalNotice error={starting.error} />}
          cancel={() => {
            starting.reset();
            setAsking(false);
          }}
        />
      )}
    </section>
  );
}

/** How long the part that is being done still takes, by how fast it went since it is watched. */
function Left({ part: { name, done, total } }: { part: RecoveryPart }) {
  const texts = useTexts(RECOVERY);
  const [begun] = useState({ at: performance.now(), done: Number(done) });
  const left = secondsLeft(performance.now() - begun.at, Number(done) - begun.done, Number(total) - begun.done);
  const what = said(PARTS[name] ?? [name, name]);
  return <p className="quiet">{left === undefined ? texts.leftUnknown(what) : texts.left(what, left)}</p>;
}

function Told({ recovery }: { recovery: Recovery }) {
  const texts = useTexts(RECOVERY);
  const { dryRun, startedAt, resumedAt, endedAt, failure, parts, notices, stopped } = recovery;
  const running = endedAt === "" ? parts.at(-1) : undefined;
  const [from, to] = [timeText(startedAt), timeText(endedAt)];
  const columns: ColumnsType<RecoveryPart> = [
    { title: texts.part, render: (_, { name }) => said(PARTS[name] ?? [name, name]) },
    { title: texts.done, align: "right", render: (_, { done, total }) => `${done} / ${total}` },
    { title: dryRun ? texts.wouldBe : texts.restored, align: "right", render: (_, { restored }) => `${restored}` },
    { title: texts.lacking, align: "right", render: (_, part) => `${part.failed}` },
  ];
  return (
    <>
      <p>
        {dryRun ? texts.dry : texts.real} · {endedAt === "" ? texts.runs(from) : texts.over(from, to)}
      </p>
      {resumedAt !== "" && <p>{texts.resumed(timeText(resumedAt))}</p>}
      {stopped && <p role="status">{endedAt === "" ? texts.stopping : texts.stopped}</p>}
      {running && !stopped && <Left key={`${startedAt} ${running.name}`} part={running} />}
      {failure !== "" && <p className="wrap">{texts.failed(failure)}</p>}
      <Scrolls label={texts.last}>
        <Table<RecoveryPart>
          aria-label={texts.last}
          size="middle"
          columns={columns}
          dataSource={parts}
          rowKey={({ name }) => name}
          pagination={false}
        />
      </Scrolls>
      {notices.length > 0 && (
        <>
          <h2>{texts.notices}</h2>
          <ul className="files">
            {notices.map((notice) => (
              <li key={notice} className="wrap">
                {notice}
              </li>
            ))}
          </ul>
        </>
      )}
    </>
  );
}
