import { OutboxService } from "../../proto/gen/ecert/event/v1/outbox_service_pb.ts";
import { type CallContext, mount } from "../../services/call/chain/service.ts";
import { Refusal } from "../../services/domain/refusal.ts";
import type { Runtime, ServiceModule } from "../../services/node/runtime.ts";

/** What a test sees of a running {@link outboxModule}. */
export interface OutboxProbe {
  /** Contexts of the calls that reached a handler, oldest first. */
  readonly calls: CallContext[];
  /** Ends calls that wait. */
  release(): void;
  /** Set to make the service unready. */
  fault: Refusal | undefined;
  runtime: Runtime | undefined;
}

/**
 * A small service on the outbox contract for tests of the transports. The page token asks for what is wanted: `refuse`,
 * `fail`, `unwritable` (a refusal that no transport can write), `wait` (until {@link OutboxProbe.release}); anything else comes back with the replica's name.
 */
export function outboxModule(name: ServiceModule["name"] = "issue"): { module: ServiceModule; probe: OutboxProbe } {
  let release = () => {};
  const released = new Promise<void>((resolve) => {
    release = resolve;
  });
  const probe: OutboxProbe = { calls: [], release, fault: undefined, runtime: undefined };
  const module: ServiceModule = {
    name,
    async start(runtime) {
      probe.runtime = runtime;
      return {
        services: [
          mount(OutboxService, {
            async listPendingEvents({ pageToken }, call) {
              probe.calls.push(call);
              if (pageToken === "wait") await released;
              if (pageToken === "fail") throw new Error("secret cause");
              if (pageToken === "refuse") throw refusal();
              if (pageToken === "unwritable")
                throw new Refusal("OVERLOADED", "no number", { retryAfterMs: Number.NaN });
              return { nextPageToken: `${runtime.replica}:${pageToken}` };
            },
            async confirmEvents({ keys }, call) {
              probe.calls.push(call);
              call.note({ keys: String(keys.length) });
              return { cleared: keys.length };
            },
            async getBlob() {
              return { content: new Uint8Array(300_000).fill(7) };
            },
          }),
        ],
        async ready() {
          if (probe.fault) throw probe.fault;
        },
        stop: async () => {},
      };
    },
  };
  return { module, probe };
}

/** A refusal with everything that one can carry. */
export function refusal(): Refusal {
  return new Refusal("DATA_INVALID", "two items of the data are refused", {
    fields: [
      { field: "/data/dzdz", description: "must not be empty", remedy: "fill it in", localized: "" },
      { field: "/data/clrq", description: "is no date", remedy: "correct it", localized: "" },
    ],
    retryAfterMs: 1_500,
    metadata: { item: "11100000MB03271699" },
  });
}
