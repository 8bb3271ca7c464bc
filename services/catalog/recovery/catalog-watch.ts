/** Whether this node's catalog is an older copy, by what its peers have seen of it. */
export interface CatalogWatch {
  /** Compares with each peer now and again, until the process stops. */
  run(): Promise<void>;
  /** Compares with all peers now; those that cannot be asked stay as they are. */
  again(): Promise<void>;
  /**
   * Resolves where the catalog may give out something new. Waits for the first comparison of the process, until 10 s after `run` has
   * begun at most: a peer that is away, or slow, stops nobody. Throws `NODE_BEHIND`.
   */
  require(): Promise<void>;
  /**
   * Resolves where the account of an app may be judged by what is known here. `node` is the app's. Throws `NODE_BEHIND` for one that is
   * older here, and at a province that is an older copy for all of a node that it has not heard yet. Waits as {@link require} does, for
   * that node alone.
   */
  requireAccount(node: string, record: string): Promise<void>;
  /** Whether the province keeps a record of this node with another content under the same change. */
  isForked(record: string): boolean;
  /** Sentences for whoever looks after the node; none where all catalogs say the same. */
  notices(): string[];
}
