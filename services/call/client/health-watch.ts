import {
  type ChannelCredentials,
  type ChannelOptions,
  type ClientReadableStream,
  status as grpcStatus,
  makeClientConstructor,
  type ServiceError,
} from "@grpc/grpc-js";
import { service } from "grpc-health-check";
import { joinAddress } from "../../host/listener.ts";
import "./bounded-connecting.ts";
import type { Health, HealthWatch } from "./mesh-directory.ts";

const RETRY_MS = 1_000;
/** Pause between two questions for a sign of life, and how long its answer may take. */
const ASK_MS = 500;
const ANSWER_MS = 1_000;
/** Where this process itself looked for the answer so much later than it could have, one that is missing says nothing yet. */
const OWN_DELAY_MS = 300;

const HealthClient = makeClientConstructor(
  service as Parameters<typeof makeClientConstructor>[0],
  "grpc.health.v1.Health",
);
type Answered = (error: ServiceError | null) => void;

/**
 * Watches endpoints through `grpc.health.v1.Health`: `Watch` tells at once when one stops, and every half second `Check` must be
 * answered within a second, else the endpoint is silent (its process stands still, its machine is gone). Of an endpoint that cannot
 * be reached nothing is known: the channel notices that by itself, and it may be back before this watch is.
 */
export function grpcHealthWatch(credentials: ChannelCredentials, options: ChannelOptions): HealthWatch {
  return ({ host, port }, tell) => {
    const client = new HealthClient(joinAddress(host, port), credentials, options);
    let stream: ClientReadableStream<{ status: string }> | undefined;
    let again: NodeJS.Timeout | undefined;
    let next: NodeJS.Timeout | undefined;
    let stopped = false;
    let said: Health = "unknown";
    let missed = 0;
    let silent = false;
    const told = () => tell(silent ? "silent" : said);
    watch();
    ask();
    return () => {
      stopped = true;
      clearTimeout(again);
      clearTimeout(next);
      stream?.cancel();
      client.close();
    };

    function watch(): void {
      stream = client.watch?.({ service: "" }) as ClientReadableStream<{ status: string }>;
      stream.on("data", ({ status }) => {
        said = status === "SERVING" ? "serving" : "leaving";
        told();
      });
      stream.on("error", watchAgain);
      stream.on("end", watchAgain);
    }

    function watchAgain(): void {
      if (stopped || again) return;
      said = "unknown";
      told();
      again = setTimeout(
        () => {
          again = undefined;
          watch();
        },
        RETRY_MS * (0.5 + Math.random()),
      ).unref();
    }

    function ask(): void {
      const asked = performance.now();
      const answered: Answered = (error) => {
        if (stopped) return;
        missed = error?.code === grpcStatus.DEADLINE_EXCEEDED ? missed + 1 : 0;
        silent = missed > 1 || (missed === 1 && performance.now() - asked < ANSWER_MS + OWN_DELAY_MS);
        told();
        next = setTimeout(ask, ASK_MS).unref();
      };
      client.check?.({ service: "" }, { deadline: Date.now() + ANSWER_MS }, answered);
    }
  };
}
