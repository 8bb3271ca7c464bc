import type { Client } from "@connectrpc/connect";
import {
  type CompareStandingResponse,
  type LinkMarks,
  Standing,
  StandingService,
} from "../../../proto/gen/ecert/sync/v1/standing_service_pb.ts";
import { createTurns } from "../../base/in-turn.ts";
import { instantOf } from "../../domain/instant.ts";
import { Refusal } from "../../domain/refusal.ts";
import type { Runtime } from "../../node/runtime.ts";
import { isBeyond, nameOf, type StandingName } from "../../node/standing-name.ts";
import type { PeerLink } from "../link/peer-link.ts";
import { isDigest } from "../wire/signed-event.ts";
import { openKeptStanding } from "./kept-standing.ts";
import { evidenceOf, marksOf } from "./link-marks.ts";
import { type Judged, judge, LEVEL, numberToGoOnFrom, type Verdict, worse } from "./standing-judgement.ts";

/** How long a peer may take to answer. */
const ANSWER_MS = 5_000;
/** Least pause before a peer's question makes this end ask, too: under load each question tells other marks than the last answer. */
const ECHO_MS = 1_000;
/** Least pause between two lines that tell of the peer's side alone: what it says of itself, or claims, it may change with each answer. */
const PEER_LINE_MS = 60_000;

/** Where the two ends of a link stand against each other. */
export interface LinkStanding {
  readonly link: PeerLink;
  readonly own: Verdict;
  readonly peer: Verdict;
  /** What the peer claims to have seen of this node, without proof. Empty: nothing. */
  readonly unproven: string;
  /** RFC 3339. `undefined`: not since the process began. */
  readonly comparedAt: string | undefined;
  /** Milliseconds by which the peer's clock was ahead, and by which that may be wrong. */
  readonly clock: { aheadMs: number; uncertaintyMs: number };
  /** The ends were compared, or the peer is of a version that cannot be. */
  readonly compared: boolean;
  /** Asks the peer and judges both ends, one question at a time. Throws what it refuses, `PEER_AWAY` where it is away: then all stays as it was. */
  compare(signal: AbortSignal): Promise<CompareStandingResponse | undefined>;
  /** Judges the peer that asks, as far as its marks tell; rings the link's bell where this end should ask, too. */
  answer(theirs: LinkMarks): Promise<{ marks: LinkMarks; standing: StandingName; detail: string }>;
  /**
   * Makes numbers and positions go on behind what the peer has seen, durably; MUST be called only when everything else was brought
   * forward. Events of a lower number that wait for a receipt get new ones, also where both ends are level: the peer may hold theirs for
   * others. Then compares again. Throws `PEER_AWAY`.
   */
  goOn(signal: AbortSignal): Promise<void>;
}

const UNCOMPARED: Verdict = { standing: "uncompared", detail: "not compared since the process began" };

/** Opens the standing of a link. `changed` is called whenever something of it has changed. */
export async function openLinkStanding(runtime: Runtime, link: PeerLink, changed: () => void): Promise<LinkStanding> {
  const { peer, gate } = link;
  const kept = await openKeptStanding(runtime, peer.node);
  const client: Client<typeof StandingService> = runtime.client(StandingService, { peer: peer.node, service: "sync" });
  let judged: Judged = { own: UNCOMPARED, peer: UNCOMPARED, unproven: "" };
  let told = judged;
  let comparedAt: string | undefined;
  let compared = false;
  let clock = { aheadMs: 0, uncertaintyMs: 0 };
  let askedAt = Number.NEGATIVE_INFINITY;
  let peerToldAt = Number.NEGATIVE_INFINITY;
  /** One after the other: a comparison that has read marks before they went on would keep that the node is behind. */
  const inTurn = createTurns();
  const own = () => worse(kept.verdict, judged.own);

  async function ask(
    signal: AbortSignal,
  ): Promise<{ before: LinkMarks; answer: CompareStandingResponse; theirs: LinkMarks }> {
    const before = await marksOf(runtime, link);
    const [began, beganAt] = [runtime.monotonic(), runtime.now().getTime()];
    askedAt = began;
    const answer = await client.compareStanding({ marks: before }, { signal, timeoutMs: ANSWER_MS });
    const took = runtime.monotonic() - began;
    const theirs = answer.marks;
    if (theirs?.node !== peer.node)
      throw new Refusal("PEER_AWAY", `${peer.node} answers with marks of no or another node`);
    const time = instantOf(theirs.time);
    if (Number.isNaN(time)) throw new Refusal("PEER_AWAY", `${peer.node} tells no time`);
    clock = { aheadMs: Math.round(time - beganAt - took / 2), uncertaintyMs: Math.ceil(took / 2) };
    runtime.clock.observed(`node ${peer.node}`, clock.aheadMs, clock.uncertaintyMs);
    return { before, answer, theirs };
  }

  async function take(next: Judged): Promise<void> {
    judged = next;
    compared = true;
    if (await kept.look()) {
      // Another process of this node has brought it forward and given up its numbers; what was judged here may be from before that.
      link.sender.forget();
      if (isBeyond(next.own)) gate.bell.ring();
    } else if (isBeyond(own())) await kept.keep(own());
    await tellChange();
    changed();
  }

  async function tellChange(): Promise<void> {
    const was = told;
    const now = { own: own(), peer: judged.peer, unproven: judged.unproven };
    const isClaim = now.unproven !== "" && now.unproven !== was.unproven;
    if (now.own.standing === was.own.standing) {
      if (now.peer.standing === was.peer.standing && !isClaim) return;
      // What then still differs is told by the first comparison after that.
      if (runtime.monotonic() - peerToldAt < PEER_LINE_MS) return;
      peerToldAt = runtime.monotonic();
    }
    told = now;
    if (isClaim)
      runtime.log.error(
        { peer: peer.node, claim: now.unproven },
        "a peer claims to have seen more, and shows no proof",
      );
    if (now.own.standing === was.own.standing && now.peer.standing === was.peer.standing) return;
    const detail = [now.own.detail, now.peer.detail].filter(Boolean).join("; ");
    const fields = { peer: peer.node, own: now.own.standing, theirs: now.peer.standing };
    const matters = [now.own, now.peer, was.own, was.peer].some(isBeyond);
    if (isBeyond(now.own)) runtime.log.error({ ...fields, detail }, "this node was started from an older copy");
    else if (isBeyond(now.peer)) runtime.log.error({ ...fields, detail }, "a peer was started from an older copy");
    else
      runtime.log.info(fields, matters ? "both ends of a link are level again" : "both ends of a link were compared");
    if (matters) await runtime.evidence.append("standing-changed", { ...fields, detail });
  }

  async function compareNow(signal: AbortSignal): Promise<CompareStandingResponse | undefined> {
    let asked: Awaited<ReturnType<typeof ask>>;
    try {
      asked = await ask(signal);
    } catch (error) {
      if (!(error instanceof Refusal && error.reason === "UNIMPLEMENTED")) throw error;
      if (!compared) runtime.log.warn({ peer: peer.node }, "a peer of an older version cannot be compared with");
      compared = true;
      changed();
      return undefined;
    }
    const { before, answer, theirs } = asked;
    const after = await marksOf(runtime, link);
    const next = judge(await evidenceOf(runtime, link, { before, theirs, after }));
    comparedAt = runtime.now().toISOString();
    const forked = answer.standing === Standing.FORKED && isBeyond(next.own);
    await take({
      own: forked ? { ...next.own, standing: "forked" } : next.own,
      peer: worse(next.peer, ofItself(answer.own)),
      unproven: next.unproven,
    });
    return answer;
  }

  /** What the peer says of itself; that it has not compared with everybody yet says nothing of this link. */
  function ofItself(standing: Standing): Verdict {
    const said = { standing: nameOf(standing), detail: `${peer.node} says so itself` };
    return isBeyond(said) ? said : LEVEL;
  }

  async function goOnNow(signal: AbortSignal): Promise<void> {
    const { theirs } = await ask(signal);
    const { outgoing, incoming, sender } = link;
    const after = await marksOf(runtime, link);
    const evidence = await evidenceOf(runtime, link, { theirs, after });
    const next = numberToGoOnFrom(evidence);
    let renumbered = 0;
    if (next) await outgoing.continueFrom(next.number, next.digest);
    else if (evidence.proven.received) renumbered = await outgoing.renumber(evidence.theirs.received);
    sender.forget();
    const { confirmed } = evidence.theirs;
    const digest = isDigest(theirs.confirmedDigest) ? theirs.confirmedDigest : "";
    if (!evidence.hasConfirmed && evidence.proven.confirmed) await incoming.continueFrom(confirmed, digest);
    if (incoming.settle()) await incoming.flush();
    const sent = next?.number ?? null;
    await runtime.evidence.append("numbers-continued", { peer: peer.node, sent, renumbered, confirmed });
    await kept.forget();
    await compareNow(signal);
  }

  return {
    link,
    get own() {
      return own();
    },
    get peer() {
      return judged.peer;
    },
    get unproven() {
      return judged.unproven;
    },
    get comparedAt() {
      return comparedAt;
    },
    get clock() {
      return clock;
    },
    get compared() {
      return compared;
    },
    compare: (signal) => inTurn(() => compareNow(signal)),
    async answer(theirs) {
      const marks = await marksOf(runtime, link);
      const sure = judge(await evidenceOf(runtime, link, { theirs, after: marks }));
      // Marks move, so this is a guess; it is good enough to make this end ask.
      const guess = judge(await evidenceOf(runtime, link, { before: marks, theirs, after: marks }));
      const differs = guess.own.standing !== judged.own.standing || guess.peer.standing !== judged.peer.standing;
      if (differs && runtime.monotonic() - askedAt > ECHO_MS) gate.bell.ring();
      const { standing, detail } = worse(judged.peer, sure.peer);
      return { marks, standing, detail };
    },
    goOn: (signal) => inTurn(() => goOnNow(signal)),
  };
}
