import { atMost, pause } from "../../base/pause.ts";
import type { Refusal } from "../../domain/refusal.ts";
import { isProvince } from "../../host/place.ts";
import type { Runtime } from "../../node/runtime.ts";
import { isBeyond, STANDINGS } from "../../node/standing-name.ts";
import type { PeerLink } from "../link/peer-link.ts";
import type { SyncOptions } from "../options.ts";
import { type LinkStanding, openLinkStanding } from "./link-standing.ts";
import { LEVEL, type Verdict, worse } from "./standing-judgement.ts";

/** Pause before a peer that is away is asked again. */
const AGAIN_MS = 2_000;
/** The same as long as what comes from the peer is not applied. */
const SOON_MS = 500;
/** How often the event link is looked at: what a hub lost is compared when it is back. */
const LOOK_MS = 1_000;

/** Certificates of which there is a second record under the same identifier. */
export interface ForkNews {
  /** Those of a node of which this one, the province, has two records. */
  forkedOf(node: string): Promise<ForksTold>;
  /** The province has told which of this node's are. */
  tellForked(told: ForksTold): Promise<void>;
}

/** What a node is told of its certificates with a second record. */
export interface ForksTold {
  /** At most 1,000, those that were decided included. */
  identifiers: string[];
  /** Those that were decided for the archived record, which is named, and that the node has not followed yet; at most 1,000. */
  settled: { identifier: string; sha256: string }[];
  /** How many there are. */
  count: number;
}

/** Where this node stands against its peers (services/README.md, "An older copy"). */
export interface Standings {
  readonly links: readonly LinkStanding[];
  readonly forks: ForkNews;
  /** The worst of what was found against the peers, with all that speaks for it. */
  own(): Verdict;
  /** Resolves when every peer has told for the first time where it stands or has been away for too long, after `ms` at the latest. */
  first(ms: number, signal: AbortSignal): Promise<void>;
  /** The link with a node; `undefined` where there is none. */
  of(node: string): LinkStanding | undefined;
  /** Sentences for `/readyz`. */
  notices(): string[];
  /** Compares with every peer at the start, when the event link is back, when an event does not fit, and every so often. */
  run(signal: AbortSignal): Promise<void>;
}

/** Opens the standing of every link. Nothing is compared before `run`. */
export async function openStandings(
  runtime: Runtime,
  links: readonly PeerLink[],
  options: SyncOptions,
  forks: ForkNews,
): Promise<Standings> {
  const opened: LinkStanding[] = [];
  const { metrics, log } = runtime;

  function changed(): void {
    const beyond = opened.some(({ own }) => isBeyond(own));
    for (const { link, own, peer, compared } of opened) {
      link.gate.open = compared && !beyond;
      metrics.gauge("standing", STANDINGS.indexOf(own.standing), { peer: link.peer.node, end: "own" });
      metrics.gauge("standing", STANDINGS.indexOf(peer.standing), { peer: link.peer.node, end: "peer" });
    }
  }
  for (const link of links) opened.push(await openLinkStanding(runtime, link, changed));
  changed();

  async function follow(one: LinkStanding, signal: AbortSignal): Promise<void> {
    const { gate, peer } = one.link;
    const began = runtime.monotonic();
    let told = false;
    while (!signal.aborted) {
      let answered = true;
      try {
        const answer = await one.compare(signal);
        // Before the issue service is called, which may be away for long.
        gate.pass();
        // Of a node's own certificates it is the province that knows of a second record.
        if (answer && isProvince(peer)) {
          const { forkedIdentifiers: identifiers, settled } = answer;
          await forks.tellForked({ identifiers, settled, count: Number(answer.forks) });
        }
        told = false;
      } catch (error) {
        answered = false;
        if (signal.aborted) return;
        const { reason = "INTERNAL" } = error as Partial<Refusal>;
        if (!told) log.info({ peer: peer.node, reason, cause: String(error) }, "a peer cannot be compared with now");
        told = true;
      }
      const patience = one.compared ? 0 : options.standingPatienceMs - (runtime.monotonic() - began);
      if (patience <= 0) gate.pass();
      const next = answered ? options.standingEveryMs : AGAIN_MS;
      await gate.bell.wait(patience > 0 ? Math.min(SOON_MS, patience) : next, signal);
    }
  }

  async function watchLink(signal: AbortSignal): Promise<void> {
    let before = runtime.events?.status();
    while (!signal.aborted) {
      await pause(LOOK_MS, signal);
      const now = runtime.events?.status();
      const back = now?.connected && (!before?.connected || now.reconnects !== before.reconnects);
      before = now;
      if (back) for (const { link } of opened) link.gate.bell.ring();
    }
  }

  return {
    links: opened,
    forks,
    own: () => opened.map(({ own }) => own).reduce(together, LEVEL),
    async first(ms, signal) {
      await atMost(Promise.all(opened.map(({ link }) => link.gate.asked)), ms, signal);
    },
    of: (node) => opened.find(({ link }) => link.peer.node === node),
    notices() {
      const ends = opened.flatMap(({ link, own, peer, unproven }) => [
        ...(isBeyond(own) ? [`this node is ${own.standing}: ${own.detail}; run \`ecert recover\``] : []),
        ...(isBeyond(peer) ? [`${link.peer.node} is ${peer.standing}: ${peer.detail}`] : []),
        ...(unproven ? [`claimed without proof: ${unproven}`] : []),
      ]);
      return ends.map((sentence) => `standing: ${sentence}`);
    },
    async run(signal) {
      await Promise.all([watchLink(signal), ...opened.map((one) => follow(one, signal))]);
    },
  };
}

/** The worse of two, with what speaks for either where they are as bad. */
function together(one: Verdict, other: Verdict): Verdict {
  if (one.standing !== other.standing || !isBeyond(one)) return worse(one, other);
  return { standing: one.standing, detail: `${one.detail}; ${other.detail}` };
}
