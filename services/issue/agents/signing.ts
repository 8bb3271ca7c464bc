import type { Heartbeat, JobResult } from "../../../proto/gen/ecert/agent/v1/agent_service_pb.ts";
import type { Metrics } from "../../host/metrics.ts";
import type { OriginRules } from "../../trust/origin.ts";
import type { FaceDocument } from "../face/faces.ts";
import type { AgentStream } from "./agent-stream.ts";
import type { SigningOrder } from "./signing-order.ts";
import type { ListInForce } from "./told-officers.ts";

/** What an agent answered. Not verified yet. */
export interface AgentSignatures {
  readonly messageCms: Uint8Array;
  readonly pdfCms: Uint8Array;
  readonly ofdCms: Uint8Array;
  readonly agent: string;
  /** Number of the agent's journal entry. */
  readonly journalEntry: number;
}

/** Options of {@link createSigning}. */
export interface SigningOptions {
  metrics: Metrics;
  /** Milliseconds of a clock that nobody moves. */
  monotonic: () => number;
  /**
   * Milliseconds that an order waits for an agent at a replica that started less than {@link FRESH_MS} ago: its agents are about to dial
   * again. Default {@link AGENT_WAIT_MS}.
   */
  agentWaitMs?: number;
  /** Milliseconds until an unanswered job is given up. Default 15,000. */
  deadlineMs?: number;
  /** Jobs that may wait for room at agents; more are refused with `OVERLOADED`. Default 4,096. */
  queueLimit?: number;
}

/** A replica that started less than so many milliseconds ago may have agents that did not dial again yet: several of their longest pauses. */
export const FRESH_MS = 15_000;
/** So long an order waits there: more than the longest pause, and a third of what a connector gives a call, so that there is time to ask another replica. */
export const AGENT_WAIT_MS = 3_000;

/** The signing agents that are connected to this replica, and the jobs that wait for them. */
export interface Signing {
  /**
   * Has an agent sign. Refused: `AGENT_AWAY` (nobody offers the seal, where the replica has just started for `agentWaitMs`, or the agent
   * left; a repeated call may succeed),
   * `SIGNER_UNTRUSTED` (it is offered with another certificate only), the device's reason where no device is healthy,
   * `OVERLOADED`, `DEADLINE_EXCEEDED`, and whatever the agent refuses for.
   */
  sign(order: SigningOrder): Promise<AgentSignatures>;
  /** A certificate was made under a seal: agents that offer it make themselves ready to draw its face. */
  announce(seal: string, template: FaceDocument): void;
  /**
   * Which origin signatures the connected agents take that offer a seal. `undefined` where none is connected or one of them did not tell: then
   * only they can say.
   */
  originRules(seal: string): OriginRules[] | undefined;
  /** The newest version of drawing that all agents know which offer a seal; `undefined` where none is connected. */
  drawing(seal: string): number | undefined;
  /**
   * The list of a department's officers who confirm an item, as connected agents that offer the seal have told of it; `undefined` where none
   * has, so that officers confirm nothing there.
   */
  officers(seal: string, what: { item: string; department: string }): ListInForce | undefined;
  /** Adds a stream after its hello. An older stream of the same agent is closed: it is dead, or soon will be. */
  join(stream: AgentStream): void;
  /** Removes a stream; jobs in flight on it are refused with `AGENT_AWAY`. Harmless when repeated. */
  leave(stream: AgentStream): void;
  /** Takes the answers of an agent. */
  results(stream: AgentStream, results: readonly JobResult[]): void;
  heartbeat(stream: AgentStream, heartbeat: Heartbeat): void;
  drain(stream: AgentStream): void;
  /** Sentences about agents that get no jobs since their journals are older copies. */
  notices(): string[];
  /** Closes every stream as soon as nothing waits or is in flight on it. */
  stop(): void;
}
