import type { DescService } from "@bufbuild/protobuf";
import type { Client } from "@connectrpc/connect";
import type { CallEnd, CallLine } from "../call/chain/call-log.ts";
import type { MountedService } from "../call/chain/service.ts";
import type { TokenSigner } from "../call/chain/tokens.ts";
import type { Target } from "../call/client/clients.ts";
import type { Site } from "../call/listen/site.ts";
import type { Alarm } from "../domain/alarm.ts";
import type { EventLink } from "../event/event-link.ts";
import type { SetAside } from "../event/set-aside.ts";
import type { ClockWatch } from "../host/clock-watch.ts";
import type { NodeConfig, ServiceName } from "../host/config.ts";
import type { Logger } from "../host/log.ts";
import type { Metrics } from "../host/metrics.ts";
import type { NodeKey } from "../host/node-keys.ts";
import type { Evidence } from "../journal/evidence.ts";
import type { Store } from "../store/port.ts";
import type { NodeStanding } from "./standing.ts";

/** What the platform gives to one service in one process. */
export interface Runtime {
  readonly config: NodeConfig;
  readonly service: ServiceName;
  /** Name of this replica, unique per service and node. */
  readonly replica: string;
  readonly store: Store;
  readonly evidence: Evidence;
  readonly log: Logger;
  readonly metrics: Metrics;
  /** Where a service puts what it cannot read or apply. The launcher serves `SetAsideService` over it for every service. */
  readonly setAside: SetAside;
  /** Aborts when the process begins to stop: background loops end on it. */
  readonly signal: AbortSignal;
  now(): Date;
  /** Milliseconds of a clock that nobody sets: for waits, pauses and ages. It says nothing of the time of day. */
  monotonic(): number;
  randomBytes(size: number): Uint8Array;
  /** How right `now` is. */
  readonly clock: ClockWatch;
  /** Whether this node may give out anything new, or was started from an older copy. */
  readonly standing: NodeStanding;
  /**
   * A client of another service; calls throw `Refusal` (`PEER_AWAY` where nobody answers). Connects at the first call, so
   * services start in any order. Only what its contract declares a read or idempotent is repeated, never a plain write.
   */
  client<S extends DescService>(descriptor: S, target: Target): Client<S>;
  readonly nodeKey: NodeKey;
  /** Checks an Ed25519 signature of this node or of a configured peer; false for unknown nodes. */
  verifyNode(node: string, bytes: Uint8Array, signature: Uint8Array): boolean;
  /** Raw Ed25519 public key of this node or of a configured peer; `undefined` for unknown nodes. */
  nodePublicKey(node: string): Uint8Array | undefined;
  /** Present in the identity service. */
  readonly tokens: TokenSigner | undefined;
  /** The event link (NATS), where the configuration has one. */
  readonly events: EventLink | undefined;
}

/** A service as the launcher knows it. Each `services/<name>/main.ts` exports one, named `<name>Service`. */
export interface ServiceModule {
  readonly name: ServiceName;
  /** Opens collections, starts background loops and returns. MUST NOT wait for other services or peers. */
  start(runtime: Runtime): Promise<RunningService>;
}

/** A started service. */
export interface RunningService {
  readonly services: readonly MountedService[];
  /** What it serves beside RPCs, on the listeners of its process. Absent: nothing. */
  readonly sites?: readonly Site[];
  /** Resolves if the service can serve now; throws the refusal that callers would get otherwise. Called every few seconds. */
  ready(): Promise<void>;
  /** Sentences about what needs care though the service serves: lines of `/readyz`. Absent: none. */
  notices?(): string[];
  /** The same as alarms of the closed list (`domain/alarm.ts`), for who looks at the node on screen; asked every few seconds. Absent: none. */
  alarms?(): Promise<Alarm[]>;
  /** Told of each call that has ended in the process, whichever service served it. Absent: it is not told. */
  onCall?(line: CallLine, end: CallEnd): void;
  /** Ends background work; called after the last call was served. */
  stop(): Promise<void>;
}
