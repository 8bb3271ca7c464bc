import { pause } from "../../base/pause.ts";
import { Refusal } from "../../domain/refusal.ts";
import type { NodeConfig } from "../../host/config.ts";
import { linkedNodes } from "../../host/place.ts";
import type { ServiceName } from "../../host/services.ts";
import type { Runtime } from "../../node/runtime.ts";
import type { Compared } from "./compared.ts";
import type { RecordWatch } from "./record-watch.ts";

/** Pause between two comparisons with a peer. */
const LOOK_EVERY_MS = 10 * 60_000;
/** The same where the peer has seen what is not known here. */
const BEHIND_MS = 60_000;
/** The same while the peer cannot be asked. */
const TRY_AGAIN_MS = 5_000;
/** How long callers wait for the first comparisons, milliseconds from their beginning. */
const FIRST_MS = 10_000;

/** A peer that is compared with. */
interface Watched {
  node: string;
  /** Settled once the peer was compared with, or tried, since the process began, or once nobody waits for that any more. */
  tried: Promise<void>;
  last?: Compared;
  /** Why the last comparison was given up although the peer answers, in English; empty: it was not. */
  givenUp: string;
}

/** What a watch compares. */
export interface WatchParts {
  runtime: Runtime;
  /** Service that keeps the records, here and at the peers. */
  service: ServiceName;
  /** What is compared, in the words of logs and refusals: `the catalog`, `catalogs`. */
  subject: { one: string; many: string };
  compare(node: string): Promise<Compared>;
}

/** Opens the watch of what a service keeps. Nothing is compared before `run`. */
export function openWatch({ runtime, service, subject, compare }: WatchParts): RecordWatch {
  const { log, signal } = runtime;
  const { node: own, peers } = runtime.config;
  const first = new Map<string, () => void>();
  const late = Promise.withResolvers<void>();
  const watched = new Map<string, Watched>();
  for (const peer of comparedPeers({ node: own, peers }, service)) {
    const { promise: looked, resolve } = Promise.withResolvers<void>();
    first.set(peer, resolve);
    watched.set(peer, { node: peer, tried: Promise.race([looked, late.promise]), givenUp: "" });
  }

  /** Compares with a peer; resolves to the pause until the next time. */
  async function look(one: Watched): Promise<number> {
    try {
      const found = await compare(one.node);
      await tell(one.node, found, one.last);
      one.last = found;
      one.givenUp = "";
      return found.behind === "" ? LOOK_EVERY_MS : BEHIND_MS;
    } catch (error) {
      one.givenUp = isEndless(error) ? `${subject.one} of ${one.node} cannot be compared: ${error.message}` : "";
      if (one.givenUp !== "") {
        log.warn({ peer: one.node, cause: String(error) }, `a comparison of ${subject.many} was given up`);
        return LOOK_EVERY_MS;
      }
      if (!signal.aborted)
        log.debug({ peer: one.node, cause: String(error) }, `${subject.many} cannot be compared now`);
      return TRY_AGAIN_MS;
    } finally {
      first.get(one.node)?.();
    }
  }

  async function follow(one: Watched): Promise<void> {
    while (!signal.aborted) {
      await pause(await look(one), signal, { ref: false });
    }
  }

  const all = [...watched.values()];
  return {
    async run() {
      const { resolve } = late;
      // One deadline for all callers: with one of its own each would wait as long as one peer answers slowly.
      void pause(FIRST_MS, signal, { ref: false }).then(resolve);
      const unnamed = linkedNodes({ node: own, peers }).filter((peer) => !watched.has(peer.node));
      for (const { node } of unnamed) {
        const why = `\`peers[].services.${service}\` names no address`;
        log.warn({ peer: node }, `${subject.one} of it is not compared: ${why}`);
      }
      await Promise.all(all.map(follow));
    },
    async again() {
      await Promise.all(all.map(look));
    },
    async require() {
      await Promise.all(all.map(({ tried }) => tried));
      const behind = all.flatMap(({ last }) => last?.behind || []);
      if (behind.length > 0) throw isOlder(behind.join("; "));
    },
    isForked: (record) => all.some(({ last }) => last?.others.has(record)),
    notices: () =>
      all.flatMap(({ last, givenUp }) => [
        ...(last?.behind ? [isOlder(last.behind).message] : []),
        ...(last?.forked ? [last.forked] : []),
        ...(givenUp ? [givenUp] : []),
      ]),
    isBehind: () => all.some(({ last }) => last?.behind),
    async heard(node) {
      const peer = watched.get(node);
      await peer?.tried;
      return peer?.last;
    },
  };

  function isOlder(what: string): Refusal {
    return olderCopy(subject.one, what);
  }

  /** One line for a comparison; more than that, and evidence, only where something is not as it was. */
  async function tell(peer: string, found: Compared, last: Compared | undefined): Promise<void> {
    const { counts, examples, behind } = found;
    const { metrics, evidence } = runtime;
    metrics.gauge("catalog_behind", behind === "" ? 0 : 1, { peer });
    metrics.gauge("registry_forks", counts.forks ?? 0, { peer });
    if (counts.ahead !== undefined) metrics.gauge("registry_ahead", counts.ahead, { peer });
    if (counts.versionForks !== undefined) metrics.gauge("catalog_forks", counts.versionForks, { peer });
    const odd = behind !== "" || [counts.forks, counts.ahead, counts.versionForks].some((count) => (count ?? 0) > 0);
    const same = last !== undefined && JSON.stringify(sayings(last)) === JSON.stringify(sayings(found));
    if (odd && !same) {
      log.error({ peer, ...counts, examples, behind }, `${subject.many} of two nodes do not say the same`);
      await evidence.append("catalog-differs", { peer, ...counts, examples, behind });
    } else if (!same) log.info({ peer, ...counts }, `${subject.many} compared`);
  }
}

/** The refusal of an older copy. `subject`: of what, in English. */
export function olderCopy(subject: string, what: string): Refusal {
  const remedy = "run `ecert recover` at this node";
  return new Refusal("NODE_BEHIND", `${subject} was started from an older copy: ${what}; ${remedy}`);
}

/** Peers whose records are compared with this node's: at the province all, elsewhere the province; those that can be reached. */
export function comparedPeers(config: Pick<NodeConfig, "node" | "peers">, service: ServiceName): string[] {
  return linkedNodes(config)
    .filter(({ services }) => services[service])
    .map((peer) => peer.node);
}

/** Whether a peer lists more than is read, or takes longer than it is read: what it answers has no end that could be waited for. */
function isEndless(error: unknown): error is Refusal {
  if (!(error instanceof Refusal) || error.metadata.limit === undefined) return false;
  return error.reason === "TOO_LARGE" || error.reason === "DEADLINE_EXCEEDED";
}

function sayings({ behind, counts: { forks, ahead, versionForks, taken }, examples }: Compared): unknown {
  return [behind, forks, ahead, versionForks, taken, examples];
}
