import type { DescService } from "@bufbuild/protobuf";
import type { Client } from "@connectrpc/connect";
import type { JsonObject } from "../domain/canonical.ts";
import type { Store } from "../store/port.ts";
import type { NodeConfig, ServiceName } from "./config.ts";
import type { EventLink } from "./event-link.ts";
import type { MountedService } from "./service.ts";
import type { SetAside } from "./set-aside.ts";

/** Structured log, one JSON line per call. Fields never hold personal data or secrets. */
export interface Logger {
  debug(fields: object, message: string): void;
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

/** The evidence chain (证据链) of this service process: append-only, hash-chained. */
export interface Evidence {
  /** Resolves when the entry is durable on disk. Throws `STORE_FULL` or `INTERNAL`. */
  append(kind: string, body: JsonObject): Promise<void>;
}

/** The node's own Ed25519 key, for events, receipts and evidence that leave the node. */
export interface NodeKey {
  /** Ed25519 signature, 64 bytes. */
  sign(bytes: Uint8Array): Uint8Array;
  /** Raw Ed25519 public key, 32 bytes. */
  readonly publicKey: Uint8Array;
}

/** Signs access tokens. Only the catalog service has it. */
export interface TokenSigner {
  /**
   * Makes a token for an app that has proven its secret; it lives `tokens.lifetimeSeconds`, at most 15 minutes, from
   * `issuedAt` on (default: now).
   */
  sign(claims: {
    app: string;
    department: string;
    scopes: readonly string[];
    callsPerMinute?: number;
    issuedAt?: Date;
  }): Promise<AccessToken>;
}

/** An access token and when it ends. */
export interface AccessToken {
  token: string;
  expiresAt: Date;
}

/** Whom a client talks to: a service of this node, or a service of another node (default: the descriptor's area). */
export type Target = ServiceName | { peer: string; service?: ServiceName };

/** Counts and measures of a service, shown by `/metrics` as `ecert_<name>`. Labels have few values, never ids. */
export interface Metrics {
  count(name: string, labels?: Record<string, string>, by?: number): void;
  /** Observes seconds in a histogram. */
  observe(name: string, seconds: number, labels?: Record<string, string>): void;
  gauge(name: string, value: number, labels?: Record<string, string>): void;
}

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
  randomBytes(size: number): Uint8Array;
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
  /** Present in the catalog service. */
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
  /** Resolves if the service can serve now; throws the refusal that callers would get otherwise. Called every few seconds. */
  ready(): Promise<void>;
  /** Ends background work; called after the last call was served. */
  stop(): Promise<void>;
}
