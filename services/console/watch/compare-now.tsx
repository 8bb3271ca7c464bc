import { createClient } from "@connectrpc/connect";
import { useQuery, useTransport } from "@connectrpc/connect-query";
import { useMutation } from "@tanstack/react-query";
import { Button } from "antd";
import { useEffect, useRef, useState } from "react";
import {
  type CompareArchiveResponse,
  type Link,
  LinkService,
  type RunningComparison,
} from "../../../proto/gen/ecert/sync/v1/link_service_pb.ts";
import { secondsLeft } from "../../domain/time-left.ts";
import { mayCall } from "../shell/allowed.ts";
import { RefusalNotice } from "../shell/refusal-notice.tsx";
import { useWho } from "../shell/who.tsx";
import { useTexts } from "../text/texts.ts";
import { COMPARE } from "./compare-texts.ts";
import { useNode } from "./use-node.ts";

/** Longest comparison that a page waits for, milliseconds; whoever starts it again goes on with what is left. */
const LONGEST_MS = 600_000;
/** How often it is asked how far one is, milliseconds. */
const ASKED_MS = 1_000;

/** Compares the archive of a node with the province's copy, and repairs that (4.6.2): at the province, for who may. `done`: the page reads links anew. */
export function CompareNow({ link, done }: { link: Link; done: () => void }) {
  const { roles } = useWho();
  return mayCall(roles, LinkService.method.compareArchive) ? <AtProvince link={link} done={done} /> : null;
}

function AtProvince({ link, done }: { link: Link; done: () => void }) {
  const { data } = useNode();
  return data?.province ? <Compare link={link} done={done} /> : null;
}

function Compare({ link, done }: { link: Link; done: () => void }) {
  const { node } = link;
  const texts = useTexts(COMPARE);
  const client = createClient(LinkService, useTransport());
  const leaving = useRef<AbortController>(null);
  useEffect(() => () => leaving.current?.abort(), []);
  const [stopped, setStopped] = useState(false);
  const { data, error, isPending, mutate } = useMutation({
    mutationFn() {
      setStopped(false);
      const stop = new AbortController();
      leaving.current = stop;
      return client.compareArchive({ node }, { timeoutMs: LONGEST_MS, signal: stop.signal });
    },
    onSuccess: done,
  });
  // After stopping too: where the node itself, or somebody else, had begun it, it goes on.
  const asked = useQuery(
    LinkService.method.getLinks,
    {},
    { enabled: isPending || stopped, refetchInterval: ASKED_MS, staleTime: 0 },
  );
  const now = asked.data?.links.find((one) => one.node === node) ?? link;
  const { comparing, interrupted } = now;
  const goesOn = !isPending && (stopped || error !== null || interrupted !== undefined);
  const others = comparing !== undefined && !isPending;
  const told = tell();
  function tell(): string | undefined {
    if (others) return stopped ? texts.stillGoing : texts.begunElsewhere;
    if (isPending) return undefined;
    if (stopped) return texts.stopped;
    if (data) return found(data, texts);
    if (!interrupted) return undefined;
    const { checked, records, repaired } = interrupted;
    return texts.interrupted(String(checked), String(records), String(repaired));
  }
  return (
    <>
      <Button
        aria-label={goesOn ? texts.goOnWith(node) : texts.compareWith(node)}
        loading={isPending}
        onClick={() => mutate()}
      >
        {goesOn ? texts.goOn : texts.compare}
      </Button>
      {(isPending || others) &&
        (comparing && comparing.records > 0n ? <HowFar key={comparing.pass} comparing={comparing} /> : <Passed />)}
      {isPending && (
        <Button
          onClick={() => {
            setStopped(true);
            leaving.current?.abort();
          }}
        >
          {texts.stop}
        </Button>
      )}
      <p role="status" className="quiet">
        {told}
      </p>
      {error && !stopped && <RefusalNotice error={error} retry={() => mutate()} />}
    </>
  );
}

/** How far one pass is, and how long the rest of it takes by how fast it went since it is watched. */
function HowFar({ comparing }: { comparing: RunningComparison }) {
  const texts = useTexts(COMPARE);
  const [all, done] = [Number(comparing.records), Number(comparing.checked)];
  const [begun] = useState({ at: performance.now(), done });
  const left = secondsLeft(performance.now() - begun.at, done - begun.done, all - begun.done);
  const far = texts.checked(done, all, String(comparing.repaired));
  return (
    <span className="quiet">
      {" "}
      <progress max={all} value={done} aria-label={far} /> {far}
      {left === undefined ? "" : texts.left(left)}{" "}
    </span>
  );
}

/** How long it has been going on: how much is left nobody knows before the days were compared. */
function Passed() {
  const texts = useTexts(COMPARE);
  const [seconds, setSeconds] = useState(0);
  useEffect(() => {
    const timer = setInterval(() => setSeconds((before) => before + 1), 1_000);
    return () => clearInterval(timer);
  }, []);
  return <span className="quiet"> {texts.going(seconds)} </span>;
}

function found({ equal, records, repaired, unreadable }: CompareArchiveResponse, texts: CompareTexts): string {
  const unread = unreadable > 0n ? texts.unreadable(String(unreadable)) : "";
  const outcome = equal ? texts.equal : texts.unequal;
  return `${texts.found(String(records), String(repaired))}${outcome}${unread}`;
}

type CompareTexts = ReturnType<typeof useTexts<typeof COMPARE>>;
