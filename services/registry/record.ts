import type { Bell } from "../base/bell.ts";
import type { JsonObject } from "../domain/canonical.ts";
import type { GuardedCollection } from "../event/guarded-collection.ts";
import type { HasPending, StoredEvent } from "../event/pending-events.ts";
import type { Runtime } from "../node/runtime.ts";
import type { IndexSpec } from "../store/port.ts";
import type { RecordWatch } from "./recovery/record-watch.ts";

/** What a record says and whose it is, as it is told between nodes. */
export interface RecordSaying<K extends string = string> {
  kind: K;
  /** Node that registered it. */
  node: string;
  key: string;
  /** Grows with each change; what copies at other nodes are compared by. */
  changes: number;
  /**
   * The record as proto JSON: the members that its contract names, and nothing else. Of what another node sent this alone is taken
   * as it is; all that lies beside it, this node has set itself.
   */
  value: JsonObject;
}

/** A record that one node owns and changes, and of which its province keeps a copy. What a kind keeps beside it, its service says. */
export interface RecordDocument<K extends string = string> extends HasPending, RecordSaying<K> {
  /** RFC 3339: when it was stored last. Absent in documents from before it was kept. */
  changedAt?: string;
}

/** A record of another node, each member that it sent by its name. */
export type SentRecord<D extends RecordDocument> = RecordSaying<D["kind"]> & Partial<D>;

/** A record that came from another node, taken apart and held to the field rules of its contract. */
export interface ReadRecord<D extends RecordDocument> extends RecordSaying<D["kind"]> {
  /** Department that it is about. */
  departmentCode: string;
  /** What is kept of it, held to the rules that it had to keep at home. Throws the refusal of what it breaks. */
  checked(): SentRecord<D>;
}

/** What the records of one service are: their kinds, how they travel, and what lies beside them. */
export interface RecordTerms<D extends RecordDocument> {
  /** In the order in which they are taken over: what others name comes first. */
  kinds: readonly D["kind"][];
  /** Members of the contract that tell which record it is. */
  keys: Readonly<Record<D["kind"], readonly string[]>>;
  /** Key of its document. */
  idOf(kind: D["kind"], node: string, key: string): string;
  /** Kind of the event that tells the province of a change. */
  told: Pick<StoredEvent, "kind">;
  /** Whether anybody is told of changes at this node. */
  isHeard(): boolean;
  /** Name under which records of other nodes are set aside that are refused. */
  source: string;
  /** The record as it travels, in protobuf. */
  encoded(record: SentRecord<D>): Uint8Array;
  /** Reads what another node sent. Throws `TOO_LARGE` and `INVALID_FIELD`. */
  read(payload: Uint8Array, node: string): ReadRecord<D>;
  /** Members beside a value that follow from its change at this node. */
  beside(old: D | undefined, value: JsonObject): Partial<D>;
  /** Members that this node keeps for itself beside a record that was sent to it. */
  keptBeside(old: D | undefined, sent: SentRecord<D>): Partial<D>;
  /** Holds that a node may speak of what its record is about. Throws `ALREADY_EXISTS` where that is another's. */
  admit(read: ReadRecord<D>): Promise<void>;
}

/** Collections in which records are kept, one for each kind; each has the index {@link BY_NODE}. */
export interface Registry<D extends RecordDocument> {
  of(kind: D["kind"]): GuardedCollection<D>;
}

/** What every collection of records is found by: whose they are, and their keys. */
export const BY_NODE: IndexSpec = { name: "byNode", fields: ["node", "key"] };

/** Where the records of one service are kept. */
export interface RecordRoom<D extends RecordDocument> {
  runtime: Runtime;
  registry: Registry<D>;
  terms: RecordTerms<D>;
  /** Whether this copy of the records is an older one. */
  watch: RecordWatch;
  /** Rung when something was stored that others wait for. */
  bell: Bell;
}
