import type { PendingEvent } from "../../../proto/gen/ecert/event/v1/event_pb.ts";
import type { SetAside } from "../../event/set-aside.ts";
import type { ServiceName } from "../../host/config.ts";
import type { Store } from "../../store/port.ts";
import type { OutgoingRow } from "./outgoing-rows.ts";

/** Gapless numbers of the events that go to one peer. */
export interface Outgoing {
  /**
   * Gives an event its number, durably, before anything of it is published. The same event keeps its number. Calls are
   * served one after the other: a number that failed to be stored is taken by the next. Other processes of this node may give numbers
   * meanwhile: no number is given to two events, and none is left out but for one of a process that stood still while it gave it.
   */
  assign(source: ServiceName, event: PendingEvent): Promise<OutgoingRow>;
  /** Marks a row as confirmed, durably. */
  confirm(row: OutgoingRow): Promise<void>;
  /**
   * Forgets confirmed rows whose events are cleared at their owner, once their numbers lie `kept` below the highest: until then they keep
   * a process whose memory is old from giving them again. So the highest row stays: it holds the count.
   */
  forget(rows: readonly OutgoingRow[]): Promise<void>;
  /**
   * Forgets rows of a source, numbered before this process, whose events their owner no longer has: it cleared them and the
   * process ended before it could forget. `live` are all keys that the owner listed.
   */
  sweep(source: ServiceName, live: ReadonlySet<string>): Promise<void>;
  /**
   * Goes on, durably, behind a number that the peer has seen and this node no longer knows of. `digest` is that of its event, hex; empty:
   * not known. Where this node has given higher ones it goes on behind those, for no number is given twice. All numbers below are
   * forgotten: events that are still pending get numbers anew, and whoever has applied them sees it by their revisions. What a crash
   * interrupts is whole when it is called again, and the count is never lower than before.
   */
  continueFrom(number: number, digest: string): Promise<void>;
  /**
   * Forgets, durably, numbers up to this one that no receipt came for, the highest given excepted: the peer has gone on behind them, and
   * may hold one of them for another event. Those events get numbers anew. Resolves to how many they are.
   */
  renumber(through: number): Promise<number>;
  /** The highest number given, by any process of this node, and the digest of its event; empty: not known. */
  mark(): Promise<{ number: number; digest: string }>;
  /** Digest of the event with a number that was not forgotten yet; `undefined` where it is not known. */
  digestAt(number: number): Promise<string | undefined>;
  /** The highest number given. */
  readonly last: number;
}

/** What the numbers of a peer are kept with. */
export interface OutgoingParts {
  store: Store;
  setAside: SetAside;
  now(): Date;
  /** This node. */
  node: string;
  peer: string;
  /** Numbers below the highest whose rows stay though they are confirmed. Default 1,024. */
  kept?: number;
}
