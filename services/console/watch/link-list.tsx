import { useQuery } from "@connectrpc/connect-query";
import { Empty } from "antd";
import type { ReactNode } from "react";
import { Link as To } from "react-router";
import { type AskedArchive, type Link, LinkService } from "../../../proto/gen/ecert/sync/v1/link_service_pb.ts";
import { Standing } from "../../../proto/gen/ecert/sync/v1/standing_service_pb.ts";
import { agoText, timeText } from "../format/dates.ts";
import { DivisionName } from "../names/names.tsx";
import { Waiting } from "../shell/placeholders.tsx";
import { RefusalNotice } from "../shell/refusal-notice.tsx";
import { StateMark } from "../shell/state-mark.tsx";
import { said, useTexts } from "../text/texts.ts";
import { CompareNow } from "./compare-now.tsx";
import { LINKS } from "./link-texts.ts";
import { reasonName } from "./reason-name.ts";
import { useEvery } from "./use-node.ts";
import { WATCH } from "./watch-texts.ts";

/** The links to other nodes: whether they can be used, what waits, what was compared. */
export function LinkList() {
  const texts = { ...useTexts(WATCH), ...useTexts(LINKS) };
  const { data, error, refetch } = useQuery(
    LinkService.method.getLinks,
    {},
    { refetchInterval: useEvery(), staleTime: 0 },
  );
  if (!data && !error) return <Waiting />;
  return (
    <>
      <h1>{texts.links}</h1>
      <p className="quiet">{texts.how}</p>
      {error && <RefusalNotice error={error} retry={() => refetch()} />}
      {data?.links.length === 0 && <Empty description={texts.none} />}
      {data?.links.map((link) => (
        <OneLink key={link.node} link={link} done={() => void refetch()} />
      ))}
    </>
  );
}

function OneLink({ link, done }: { link: Link; done: () => void }) {
  const texts = useTexts(LINKS);
  const now = new Date();
  const good = link.connected && link.streamFault === "";
  const { node, pending, lagMs, stuck, setAside, forks } = link;
  const waiting = new Date(now.getTime() - Number(lagMs)).toISOString();
  const facts: [string, ReactNode][] = [
    [texts.state, <StateMark key="state" {...(good ? GOOD : CUT)} />],
    ...(link.streamFault ? [[texts.fault, <Fault key="fault" text={link.streamFault} />] as [string, ReactNode]] : []),
    [texts.pending, pending === 0n ? "0" : texts.pendingOf(`${pending}`, said(agoText(waiting, now)))],
    [
      texts.numbers,
      `${texts.numbersOf(`${link.lastSent}`, `${link.lastConfirmed}`, `${link.lastReceived}`)}${link.gaps > 0n ? texts.gaps(`${link.gaps}`) : ""}`,
    ],
    [texts.lastFault, <LastFault key="last" link={link} />],
    [
      texts.compared,
      link.askedArchive ? <Asked key="asked" {...link.askedArchive} /> : <Compared key="compared" link={link} />,
    ],
    [texts.standing, <Against key="standing" link={link} />],
  ];
  if (stuck)
    facts.push([
      texts.stuck,
      <>
        {texts.stuckOf(`${stuck.number}`, `${stuck.tries}`, timeText(stuck.since))} · {said(reasonName(stuck.reason))}
        <span className="quiet"> {stuck.detail}</span>
      </>,
    ]);
  if (setAside > 0n)
    facts.push([
      texts.setAside,
      <>
        {`${setAside}`} · <To to="/watch/set-aside?service=sync">{texts.lookAside}</To>
      </>,
    ]);
  if (forks > 0n)
    facts.push([
      texts.forks,
      <>
        {`${forks}`} · <To to="/watch/recovery">{texts.settle}</To>
      </>,
    ]);
  return (
    <section className="panel">
      <h2>
        <DivisionName code={node} /> <span className="code quiet">{node}</span>
      </h2>
      <dl className="facts">
        {facts.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      <CompareNow link={link} done={done} />
    </section>
  );
}

/** Characters of a digest by which two people compare it. */
const SHOWN_DIGEST = 16;
const GOOD = { text: LINKS.connected, shape: "●", tone: "good" } as const;
const CUT = { text: LINKS.cut, shape: "✕", tone: "bad" } as const;

/** A fault of the streams: its reason in words, then the case as the node tells it. */
function Fault({ text }: { text: string }) {
  const [, reason = "", detail = text] = /^([A-Z_]+): (.*)$/s.exec(text) ?? [];
  return (
    <>
      {said(reasonName(reason))} <span className="quiet">{detail}</span>
    </>
  );
}

/** What stood in the way last, and when. */
function LastFault({ link: { lastFault } }: { link: Link }) {
  const texts = useTexts(LINKS);
  if (!lastFault) return texts.noFault;
  const { text, since, seen } = lastFault;
  return (
    <>
      <Fault text={text} /> · {texts.from(timeText(since), timeText(seen))}
    </>
  );
}

/** What the last comparison of both archives found. */
function Compared({ link: { comparison } }: { link: Link }) {
  const texts = useTexts(LINKS);
  if (!comparison) return texts.neverCompared;
  const { at, equal, repaired, surplus, unrepaired } = comparison;
  const found = equal ? texts.equal : texts.unequal(`${surplus}`, `${unrepaired}`);
  return `${timeText(at)} · ${found}${repaired > 0n ? texts.repaired(`${repaired}`) : ""}`;
}

/** What a node below the province knows of the comparison: when it was asked for its archive last, and what it answered; the outcome is known at the province. */
function Asked({ at, root }: AskedArchive) {
  const texts = useTexts(LINKS);
  return (
    <>
      {texts.asked(timeText(at))} <span className="code">{root.slice(0, SHOWN_DIGEST)}</span>
    </>
  );
}

/** Where both ends stand against each other, and how far their clocks differ. */
function Against({ link: { standing } }: { link: Link }) {
  const texts = useTexts(LINKS);
  if (!standing || standing.standing === Standing.UNCOMPARED) return texts.uncompared;
  const names: Readonly<Record<number, string>> = {
    [Standing.LEVEL]: texts.level,
    [Standing.BEHIND]: texts.behind,
    [Standing.FORKED]: texts.forked,
  };
  const { compared, clock } = {
    compared: [names[standing.standing], standing.detail, timeText(standing.comparedAt)].filter(Boolean).join(" · "),
    clock: texts.clock((Math.abs(Number(standing.clockDifferenceMs)) / 1_000).toFixed(1)),
  };
  return `${compared} · ${clock}`;
}
