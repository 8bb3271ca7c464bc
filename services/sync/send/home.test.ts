import { setImmediate as nextTurn } from "node:timers/promises";
import { create } from "@bufbuild/protobuf";
import { expect, onTestFinished, test } from "vitest";
import { EventKind, type PendingEvent, PendingEventSchema } from "../../../proto/gen/ecert/event/v1/event_pb.ts";
import { openTestRuntime } from "../../../test/fixtures/runtime.ts";
import { Refusal } from "../../domain/refusal.ts";
import { setAsideHandlers } from "../../event/set-aside-routes.ts";
import type { NodeConfig, ServiceName } from "../../host/config.ts";
import type { NodeRole } from "../../host/roles.ts";
import { DEFAULT_SYNC_OPTIONS } from "../options.ts";
import type { Peer } from "../wire/topology.ts";
import { openOutgoing } from "./open-outgoing.ts";
import { createOutboxRelay, type Lane } from "./outbox-relay.ts";
import type { Sender } from "./sender.ts";

interface SceneOptions {
  role?: NodeRole;
  services?: ServiceName[];
  /** Peers of which none has room for anything. */
  peers?: Peer[];
  events: PendingEvent[];
  /** What the taker does with an event. */
  take?(event: PendingEvent): void;
}

/** A relay with an outbox in memory, beside a service that takes the node's own events. */
async function openScene({ role = "province", services = ["supervision"], peers = [], ...options }: SceneOptions) {
  const config = { services, mesh: {} } as unknown as Partial<NodeConfig>;
  const house = await openTestRuntime({ service: "sync", role, config });
  const pending = [...options.events];
  const taken: string[] = [];
  const clients: Record<string, unknown> = {
    "ecert.event.v1.OutboxService": {
      async listPendingEvents({ pageToken, pageSize }: { pageToken: string; pageSize: number }) {
        await nextTurn();
        const from = Number(pageToken || 0);
        const next = from + pageSize;
        return {
          events: pending.slice(from, next),
          nextPageToken: next < pending.length ? String(next) : "",
        };
      },
      async confirmEvents({ keys }: { keys: string[] }) {
        for (const key of keys) {
          const at = pending.findIndex((event) => event.key === key);
          if (at >= 0) pending.splice(at, 1);
        }
      },
    },
    "ecert.event.v1.InboxService": {
      async applyEvent({ node, event }: { node: string; event: PendingEvent }) {
        options.take?.(event);
        taken.push(`${node} ${event.key}`);
        return { changed: true };
      },
    },
  };
  const { runtime } = house;
  const client = (descriptor: { typeName: string }) => clients[descriptor.typeName] as never;
  const lanes: Lane[] = [];
  for (const peer of peers) {
    const outgoing = await openOutgoing({ ...runtime, node: "440000", peer: peer.node });
    lanes.push({ peer, outgoing, sender: { full: true, offer: async () => "full" } as unknown as Sender });
  }
  const ending = new AbortController();
  const monotonic = () => performance.now();
  const relay = createOutboxRelay({ ...runtime, client, monotonic }, "issue", lanes, {
    ...DEFAULT_SYNC_OPTIONS,
    lookAgainMs: 25,
  });
  const running = relay.run(ending.signal);
  onTestFinished(async () => {
    ending.abort();
    await running;
    await house.close();
  });
  return { pending, taken, setAside: setAsideHandlers(runtime.setAside) };
}

const event = (key: string, kind: EventKind = EventKind.CERTIFICATE_CHANGED) =>
  create(PendingEventSchema, {
    key,
    kind,
    aggregateId: key,
    revision: 1n,
    payload: Buffer.from(key),
    occurredAt: "2026-11-24T02:00:00Z",
  });
const CITY = { node: "440100", role: "city" } as Peer;
const UP = { node: "440000", role: "province" } as Peer;

test("an event of the province, which goes to no other node, is taken at home and then cleared", async () => {
  const { pending, taken } = await openScene({ events: [event("a:1")], peers: [CITY] });
  await expect.poll(() => pending).toEqual([]);
  expect(taken).toEqual(["440100 a:1"]);
});

test("without a service that takes it nothing stays pending that no node wants", async () => {
  const { pending, taken } = await openScene({ events: [event("a:1")], peers: [CITY], services: ["sync"] });
  await expect.poll(() => pending).toEqual([]);
  expect(taken).toEqual([]);
});

test("at a node without a link what a later one may want is taken at home once and stays pending", async () => {
  const events = [event("a:1"), event("b:1")];
  const { pending, taken } = await openScene({ role: "city", events });
  await expect.poll(() => taken).toEqual(["440100 a:1", "440100 b:1"]);
  await nextTurn();
  expect(pending).toHaveLength(2);
  expect(taken).toHaveLength(2);
});

test("a node that is cut off counts on: behind a peer without room every event is taken at home, and stays pending for the peer", async () => {
  const events = Array.from({ length: 350 }, (_, number) => event(`e${number}:1`));
  const { pending, taken } = await openScene({ role: "city", peers: [UP], events });
  await expect.poll(() => new Set(taken).size).toBe(350);
  expect(taken).toHaveLength(350);
  expect(pending).toHaveLength(350);
});

test("while the service that takes it is away an event waits, and is taken when that is back", async () => {
  let away = true;
  let asked = 0;
  const take = () => {
    asked += 1;
    if (away) throw new Refusal("PEER_AWAY", "away");
  };
  const { pending, taken } = await openScene({ events: [event("a:1")], peers: [CITY], take });
  await expect.poll(() => asked).toBeGreaterThan(0);
  expect(pending).toHaveLength(1);
  away = false;
  await expect.poll(() => pending, { timeout: 5_000 }).toEqual([]);
  expect(taken).toEqual(["440100 a:1"]);
});

test("an event that is wrong in itself is set aside with its content, stops no other, and is taken on a retry once it can be", async () => {
  let wrong = true;
  const take = ({ key }: PendingEvent) => {
    if (wrong && key === "a:1") throw new Refusal("DATA_INVALID", "names no day");
  };
  const events = [event("a:1"), event("b:1")];
  const { pending, taken, setAside } = await openScene({ events, peers: [CITY], take });
  await expect.poll(() => pending).toEqual([]);
  expect(taken).toEqual(["440100 b:1"]);
  const { rows = [] } = await setAside.listSetAside(
    { pageSize: 0, pageToken: "", search: "", orderBy: "" } as never,
    {} as never,
  );
  expect(rows).toMatchObject([{ source: "home/supervision", key: "a:1", reason: "DATA_INVALID" }]);
  wrong = false;
  expect(await setAside.retrySetAside({ id: rows[0]?.id } as never, {} as never)).toEqual({ done: true });
  expect(taken).toContain("440100 a:1");
});
