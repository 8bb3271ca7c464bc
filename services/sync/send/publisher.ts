import { create, toBinary } from "@bufbuild/protobuf";
import { EventGroupSchema, type SignedEvent, SignedEventSchema } from "../../../proto/gen/ecert/event/v1/event_pb.ts";
import { signEvent } from "../wire/signed-event.ts";
import { DATA, GROUP } from "../wire/topology.ts";
import type { LoadedFlight } from "./event-groups.ts";
import type { Flight } from "./flight.ts";
import type { SenderParts } from "./sender.ts";

/** Hands events to the link of a peer. Both resolve when everything is handed over; `published` when the stream has taken it. */
export interface Publisher {
  /** By a message of its own, behind its blobs piece by piece. */
  one(loaded: LoadedFlight): Promise<{ published: Promise<unknown> }>;
  /** By one message with their blobs. */
  group(group: readonly LoadedFlight[]): Promise<{ published: Promise<unknown> }>;
}

/** Creates the publisher of a link. */
export function createPublisher({ runtime, events, peer, courier }: SenderParts): Publisher {
  function signed({ event, row, taken }: Flight): SignedEvent {
    runtime.metrics.count("events_published", { peer: peer.node, repeated: String(taken > 0) });
    return signEvent(runtime, peer.node, event, row);
  }

  return {
    async one({ flight, blobs }) {
      const { arrived } = await courier.publish(blobs);
      const subject = `${peer.outgoing.prefix}.${DATA}.event.${flight.row.number}`;
      const published = events.publish(subject, toBinary(SignedEventSchema, signed(flight)));
      return { published: Promise.all([arrived, published]) };
    },
    async group(group) {
      const blobs = group.flatMap((one) => one.blobs);
      const pieces = courier.piecesOf(blobs);
      const message = create(EventGroupSchema, { pieces, events: group.map(({ flight }) => signed(flight)) });
      const subject = `${peer.outgoing.prefix}.${DATA}.${GROUP}.${group[0]?.flight.row.number}`;
      const { arrived } = await courier.carry(subject, toBinary(EventGroupSchema, message), blobs);
      return { published: arrived };
    },
  };
}
