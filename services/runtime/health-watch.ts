import {
  type ChannelCredentials,
  type ChannelOptions,
  type ClientReadableStream,
  makeClientConstructor,
} from "@grpc/grpc-js";
import { service } from "grpc-health-check";
import { joinAddress } from "./listener.ts";
import type { HealthWatch } from "./mesh-directory.ts";

const RETRY_MS = 1_000;
const HealthClient = makeClientConstructor(
  service as Parameters<typeof makeClientConstructor>[0],
  "grpc.health.v1.Health",
);

/**
 * Watches endpoints through `grpc.health.v1.Health/Watch`. An endpoint that cannot be reached counts as serving: the channel
 * notices that by itself, and it may be back before this watch is.
 */
export function grpcHealthWatch(credentials: ChannelCredentials, options: ChannelOptions): HealthWatch {
  return ({ host, port }, tell) => {
    const client = new HealthClient(joinAddress(host, port), credentials, options);
    let stream: ClientReadableStream<{ status: string }> | undefined;
    let timer: NodeJS.Timeout | undefined;
    let stopped = false;
    watch();
    return () => {
      stopped = true;
      clearTimeout(timer);
      stream?.cancel();
      client.close();
    };

    function watch(): void {
      stream = client.watch?.({ service: "" }) as ClientReadableStream<{ status: string }>;
      stream.on("data", ({ status }) => tell(status === "SERVING"));
      stream.on("error", again);
      stream.on("end", again);
    }

    function again(): void {
      if (stopped || timer) return;
      tell(true);
      timer = setTimeout(
        () => {
          timer = undefined;
          watch();
        },
        RETRY_MS * (0.5 + Math.random()),
      ).unref();
    }
  };
}
