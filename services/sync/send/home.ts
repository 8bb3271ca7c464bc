import { fromBinary, toBinary } from "@bufbuild/protobuf";
import { type EventKind, type PendingEvent, PendingEventSchema } from "../../../proto/gen/ecert/event/v1/event_pb.ts";
import { InboxService } from "../../../proto/gen/ecert/event/v1/inbox_service_pb.ts";
import { createBell } from "../../base/bell.ts";
import { causeOf, contentOf } from "../../event/set-aside-row.ts";
import type { ServiceName } from "../../host/config.ts";
import type { Runtime } from "../../node/runtime.ts";
import { isPassing } from "../wire/passing.ts";
import { homeTakers, homeTakersOf } from "../wire/topology.ts";

/** Events that are handed over at the same time. */
const AT_ONCE = 256;
/** After a failure nothing is handed over for so long, milliseconds: a service that is away is not called for each event that waits. */
const REST_MS = 1_000;

/**
 * Hands events of this node over to the services of this node that take them, as a peer would be sent them. The answer of `ApplyEvent` is what a
 * receipt is from a peer: what was taken is durable. Nothing is noted here. What was handed over and is still pending for others when the process
 * ends is handed over again, and changes nothing, since it is taken by its revision.
 */
export interface Home {
  /** Services that an event must be handed to; none where this node has none that takes it. */
  takersOf(kind: EventKind): ServiceName[];
  /** This node has a service that takes events of its own node. */
  readonly isThere: boolean;
  /** Waits until there is room for one more; `false` where nothing is handed over now, since a service is away or the signal aborted. */
  hasRoom(signal: AbortSignal): Promise<boolean>;
  /** Begins to hand an event over, unless there is no room or that is under way. `taken` is called when it was taken, or set aside for good. */
  offer(name: string, event: PendingEvent, taker: ServiceName, taken: () => void): void;
}

/** Creates the way of one service's events to the services beside it. */
export function createHome(runtime: Runtime): Home {
  const { config, setAside, log, monotonic, metrics } = runtime;
  const flying = new Set<string>();
  const bell = createBell({ remembers: false });
  let restsUntil = Number.NEGATIVE_INFINITY;
  const rests = () => monotonic() < restsUntil;
  const placeOf = (taker: ServiceName) =>
    ({ place: "inbox", source: `home/${taker}`, node: config.node.code }) as const;

  async function hand(event: PendingEvent, taker: ServiceName): Promise<void> {
    await runtime.client(InboxService, taker).applyEvent({ node: config.node.code, event });
  }

  async function handOver(event: PendingEvent, taker: ServiceName, taken: () => void): Promise<void> {
    const { key } = event;
    try {
      await hand(event, taker);
      metrics.count("events_taken_home", { taker });
      await setAside.cleared({ ...placeOf(taker), key });
      taken();
    } catch (error) {
      if (isPassing(error)) {
        restsUntil = monotonic() + REST_MS;
        log.debug({ taker, key, cause: String(error) }, "an event of this node waits");
        return;
      }
      const content = toBinary(PendingEventSchema, event);
      // It is not lost: it lies there with its content, and is tried again on request. Where even that fails it stays pending.
      await setAside.put({ ...placeOf(taker), key, ...causeOf(error), content }).then(taken, () => {});
    }
  }

  for (const taker of homeTakers(config))
    setAside.onRetry("inbox", placeOf(taker).source, (row) =>
      hand(fromBinary(PendingEventSchema, contentOf(row)), taker),
    );

  return {
    isThere: homeTakers(config).length > 0,
    takersOf: (kind) => homeTakersOf(config, kind),
    async hasRoom(signal) {
      while (flying.size >= AT_ONCE && !rests() && !signal.aborted) await bell.wait(1_000, signal);
      return !rests() && !signal.aborted;
    },
    offer(name, event, taker, taken) {
      const flight = `${taker} ${name}`;
      if (rests() || flying.size >= AT_ONCE || flying.has(flight)) return;
      flying.add(flight);
      handOver(event, taker, taken).finally(() => {
        flying.delete(flight);
        bell.ring();
      });
    },
  };
}
