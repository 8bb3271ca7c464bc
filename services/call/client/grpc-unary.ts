import {
  type DescMessage,
  type DescMethod,
  type DescMethodUnary,
  fromBinary,
  type MessageShape,
  toBinary,
} from "@bufbuild/protobuf";
import { type Client, type ClientUnaryCall, type Metadata, type ServiceError, status } from "@grpc/grpc-js";
import { pause } from "../../base/pause.ts";
import { Refusal } from "../../domain/refusal.ts";
import { methodPath } from "../chain/routes.ts";
import { refusalFromError } from "../refusal/refusal-wire.ts";
import { isRepeatable } from "./service-config.ts";

/** What lies between a caller and the replicas of a service. */
export interface Road {
  /** Calls back when a replica has fallen silent and is left out, while another one serves. Returns the way to stop. */
  onSilent(tell: () => void): () => void;
  /** Milliseconds for which a service that cannot be reached is waited for, within half of the call's time. */
  patienceMs: number;
  /** Says in a refusal whose it is. */
  label(refusal: Refusal): Refusal;
}

/** One server, nothing known of replicas. */
export const DIRECT: Road = { onSilent: () => () => {}, patienceMs: 0, label: (refusal) => refusal };

/** A unary call over a channel. */
export interface ChannelCall<I extends DescMessage, O extends DescMessage> {
  client: Client;
  method: DescMethodUnary<I, O>;
  request: MessageShape<I>;
  metadata: Metadata;
  signal: AbortSignal | undefined;
  /** For the call with its repetitions. */
  timeoutMs: number;
}

interface Outcome<O extends DescMessage> {
  message?: MessageShape<O> | undefined;
  error?: ServiceError;
  /** The server had begun to answer. */
  begun: boolean;
}

/** Pause before a service that cannot be reached is tried again, first and longest, milliseconds. */
const FIRST_PAUSE_MS = 50;
const LONGEST_PAUSE_MS = 500;

/**
 * Calls, and calls again what nobody has worked on, or what the contract declares repeatable: at once where the server was lost while
 * it answered, which grpc-js does not repeat, else after a pause, as long as the road has patience. Throws `Refusal`.
 */
export async function unaryCall<I extends DescMessage, O extends DescMessage>(
  call: ChannelCall<I, O>,
  road: Road,
): Promise<MessageShape<O>> {
  const { method, signal } = call;
  const started = performance.now();
  const patienceMs = Math.min(road.patienceMs, call.timeoutMs / 2);
  let pauseMs = FIRST_PAUSE_MS;
  for (let tries = 1; ; tries++) {
    const passed = performance.now() - started;
    const { error, message, begun } = await hedged({ ...call, timeoutMs: call.timeoutMs - passed }, road);
    if (!error) return message as MessageShape<O>;
    if (signal?.aborted) throw cancelled(signal);
    const harmless = isLost(error) && (isRepeatable(method) || wasNeverSent(error));
    if (harmless && begun && tries === 1) continue;
    const left = patienceMs - (performance.now() - started);
    if (!harmless || left <= 0) throw road.label(refusalOf(error));
    await pause(Math.min(pauseMs, left), signal);
    pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS);
  }
}

/** A repeatable call that waits when a replica falls silent is made again beside, at those that serve: the first answer counts. */
function hedged<I extends DescMessage, O extends DescMessage>(
  call: ChannelCall<I, O>,
  road: Road,
): Promise<Outcome<O>> {
  if (!isRepeatable(call.method)) return single(call).outcome;
  return new Promise((resolve, reject) => {
    const running = new Set<Single<O>>();
    const leave = road.onSilent(() => {
      if (running.size === 1) start();
    });
    const start = () => {
      const one = single(call);
      running.add(one);
      one.outcome.then((outcome) => {
        running.delete(one);
        if (outcome.error && isLost(outcome.error) && running.size > 0) return;
        leave();
        for (const other of running) other.cancel();
        running.clear();
        resolve(outcome);
      }, reject);
    };
    start();
  });
}

interface Single<O extends DescMessage> {
  outcome: Promise<Outcome<O>>;
  cancel(): void;
}

function single<I extends DescMessage, O extends DescMessage>(options: ChannelCall<I, O>): Single<O> {
  const { client, method, request, metadata, signal, timeoutMs } = options;
  let call: ClientUnaryCall | undefined;
  const cancel = () => call?.cancel();
  const outcome = new Promise<Outcome<O>>((resolve, reject) => {
    if (signal?.aborted) return reject(cancelled(signal));
    const { serialize, deserialize } = codecs(method);
    const deadline = Date.now() + Math.max(0, timeoutMs);
    let begun = false;
    const path = methodPath(method);
    call = client.makeUnaryRequest(path, serialize, deserialize, request, metadata, { deadline }, (error, message) => {
      signal?.removeEventListener("abort", cancel);
      resolve(error ? { error, begun } : { message, begun });
    });
    call.once("metadata", () => {
      begun = true;
    });
    signal?.addEventListener("abort", cancel, { once: true });
  });
  return { outcome, cancel };
}

/** The error is no answer of the service, but a connection that died or did not come about. */
function isLost({ code, metadata, details }: ServiceError): boolean {
  if (metadata.get("grpc-status-details-bin").length > 0) return false;
  return code === status.UNAVAILABLE || details.includes("RST_STREAM");
}

/** No replica could be connected to, so that nothing was sent. */
function wasNeverSent({ details }: ServiceError): boolean {
  return details.includes("No connection established");
}

/** Time that ended while the channel still connected says nothing of how fast the other side is, but that it cannot be reached. */
function refusalOf(error: ServiceError): Refusal {
  const connecting = error.code === status.DEADLINE_EXCEEDED && error.details.endsWith("Waiting for LB pick");
  if (!connecting) return refusalFromError(error);
  const text = "the other side cannot be reached: the call's time was over before a connection came about";
  return new Refusal("PEER_AWAY", text, { retryAfterMs: 1_000, cause: error });
}

/** How the messages of a method become bytes and come of them. */
export function codecs<I extends DescMessage, O extends DescMessage>(method: DescMethod & { input: I; output: O }) {
  return {
    serialize: (message: MessageShape<I>) => Buffer.from(toBinary(method.input, message)),
    deserialize: (bytes: Buffer) => fromBinary(method.output, bytes),
  };
}

/** The refusal of a call whose caller has cancelled it. */
export function cancelled(signal: AbortSignal): Refusal {
  return signal.reason instanceof Refusal ? signal.reason : new Refusal("CANCELLED", "the call was cancelled");
}
