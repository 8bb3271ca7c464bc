/** Whether this node's records are an older copy, by what its peers have seen of them. */
export interface RecordWatch {
  /** Compares with each peer now and again, until the process stops. */
  run(): Promise<void>;
  /** Compares with all peers now; those that cannot be asked stay as they are. */
  again(): Promise<void>;
  /**
   * Resolves where something new may be given out. Waits for the first comparison of the process, until 10 s after `run` has
   * begun at most: a peer that is away, or slow, stops nobody. Throws `NODE_BEHIND`.
   */
  require(): Promise<void>;
  /** Whether a peer has seen what is not known here. */
  isBehind(): boolean;
  /** Waits as {@link require} does, for what was compared with one peer alone; `undefined` where it has not been heard. */
  heard(node: string): Promise<{ older: ReadonlySet<string> } | undefined>;
  /** Whether the province keeps a record of this node with another content under the same change. */
  isForked(record: string): boolean;
  /** Sentences for whoever looks after the node; none where all say the same. */
  notices(): string[];
}
