import { describe, expect, test } from "vitest";
import { LAG_MS } from "../../domain/alarm.ts";
import { Refusal } from "../../domain/refusal.ts";
import type { StandingName } from "../../node/standing-name.ts";
import type { SyncContext } from "../context.ts";
import { createLastFaults } from "./last-faults.ts";
import { syncAlarms } from "./sync-alarms.ts";

const NOW = new Date("2026-12-01T08:00:00.000Z");
const ago = (ms: number) => new Date(NOW.getTime() - ms).toISOString();
const PEER = "440100";

/** What is the case at one link; nothing of it: all is well. */
interface Case {
  connected?: boolean;
  /** When the oldest event that waits for the peer got its number. */
  waitsSince?: string;
  streamFault?: Refusal;
  /** What the province found of a stream by trying it. */
  triedFault?: string;
  stuck?: { reason?: string; since?: string };
  /** When the oldest event that has no number yet was made. */
  unseenSince?: string;
  standing?: StandingName;
  forks?: number;
}

function alarmsIn({ connected = true, ...of }: Case) {
  const sender = {
    oldest: of.waitsSince ? { number: 3, numberedAt: of.waitsSince } : undefined,
    waiting: of.waitsSince ? 1 : 0,
    reached: of.streamFault === undefined,
    streamFault: of.streamFault,
  };
  const peer = { node: PEER, outgoing: { stream: "down" }, incoming: { stream: "up" } };
  const link = { peer, sender, outgoing: { last: 3 }, incoming: { highest: 2, gaps: 0 }, stuck: of.stuck };
  const relay = {
    unseen: async () => ({ count: of.unseenSince ? 1 : 0, since: of.unseenSince }),
    awaiting: () => 0,
  };
  const context = {
    links: [link],
    lastFaults: createLastFaults(() => NOW),
    relays: new Map([["issue", relay]]),
    runtime: { now: () => NOW, events: { status: () => ({ connected }) } },
    streams: { fault: (name: string) => (name === "up" ? of.triedFault : undefined) },
    standings: { of: () => (of.standing === undefined ? undefined : { own: { standing: of.standing } }) },
    forks: { count: () => of.forks ?? 0 },
  };
  return syncAlarms(context as unknown as SyncContext, AbortSignal.timeout(1_000));
}

describe("5.7.1, 5.7.2: what needs care of the link with another node", () => {
  test("nothing, where all is well, and where an event has waited for a while", async () => {
    expect(await alarmsIn({})).toEqual([]);
    expect(await alarmsIn({ waitsSince: ago(LAG_MS) })).toEqual([]);
  });

  test("LINK_CUT: the broker is away, a stream cannot be used, or does not take what is handed over; by its reason", async () => {
    const cut = { kind: "LINK_CUT", urgent: true, subject: PEER };
    expect(await alarmsIn({ connected: false })).toEqual([{ ...cut, told: { reason: "PEER_AWAY" } }]);
    const full = "STORE_FULL: no room";
    expect(await alarmsIn({ triedFault: full })).toEqual([{ ...cut, told: { reason: "STORE_FULL" } }]);
    const streamFault = new Refusal("OVERLOADED", "too much");
    expect(await alarmsIn({ streamFault })).toEqual([{ ...cut, told: { reason: "OVERLOADED" } }]);
    // What waits for a link that is cut waits for no reason of its own.
    expect(await alarmsIn({ connected: false, waitsSince: ago(LAG_MS * 9), stuck: {} })).toHaveLength(1);
  });

  test("LINK_STUCK: an event was sent in vain, since when and why", async () => {
    const stuck = { reason: "BLOB_UNKNOWN", since: ago(5_000) };
    const told = { kind: "LINK_STUCK", subject: PEER, since: stuck.since, told: { reason: "BLOB_UNKNOWN" } };
    expect(await alarmsIn({ stuck, waitsSince: ago(LAG_MS * 2) })).toMatchObject([told]);
  });

  test("LINK_LAGGING: the oldest event has waited for more than 10 minutes, numbered or still with its service", async () => {
    const since = ago(LAG_MS + 1);
    for (const of of [{ waitsSince: since }, { unseenSince: since }])
      expect(await alarmsIn(of)).toEqual([{ kind: "LINK_LAGGING", urgent: true, subject: PEER, since }]);
  });

  test("NODE_BEHIND: this node is an older copy by what the peer has seen; not where nobody has compared yet", async () => {
    const told = { kind: "NODE_BEHIND", urgent: true, subject: PEER };
    for (const standing of ["behind", "forked"] as const) expect(await alarmsIn({ standing })).toEqual([told]);
    for (const standing of ["level", "uncompared"] as const) expect(await alarmsIn({ standing })).toEqual([]);
  });

  test("RECORDS_FORKED: how many certificates of the node have two records, beside what else is the case", async () => {
    const told = { kind: "RECORDS_FORKED", urgent: true, subject: PEER, told: { count: 2 } };
    expect(await alarmsIn({ forks: 2 })).toEqual([told]);
    expect((await alarmsIn({ forks: 2, connected: false })).map(({ kind }) => kind)).toEqual(["LINK_CUT", told.kind]);
  });
});
