/** How the sync service behaves. Times are milliseconds. */
export interface SyncOptions {
  /** Events that may wait for a receipt of one peer at the same time. */
  window: number;
  /** Without a receipt for this long, an event is published again; doubled at each repetition up to `repeatMaxMs`. */
  repeatMs: number;
  repeatMaxMs: number;
  /** Longest pause between two looks into an outbox that has nothing new but is not empty. */
  lookAgainMs: number;
  /** Bytes of blobs that may be on their way to one peer at the same time. */
  blobBytesInFlight: number;
  /** How long the province waits for an issuing city before it answers from the archive (5.7.4). */
  askMs: number;
  /** How long it waits for the node that a certificate's identifier names, where the archive does not have it yet: nobody else can answer. */
  missingMs: number;
  /** Failures in a row after which a peer is not asked, and for how long. */
  breakAfter: number;
  breakMs: number;
  /** Pause between two comparisons of the archive with each city (4.6.2). 0: only on request. */
  compareEveryMs: number;
  /** A status bundle that is asked for is made anew when it is older than this. */
  statusBundleMs: number;
  /** Pause between two comparisons of where both ends of a link stand. */
  standingEveryMs: number;
  /** For so long after the start, what comes from a peer that cannot be asked where it stands is not applied. */
  standingPatienceMs: number;
  /** Room of one stream on the hub, bytes. A full stream refuses; events then wait at their source. */
  streamBytes: number;
}

/** What a deployment gets. */
export const DEFAULT_SYNC_OPTIONS: SyncOptions = {
  window: 256,
  repeatMs: 5_000,
  repeatMaxMs: 60_000,
  lookAgainMs: 500,
  blobBytesInFlight: 16 << 20,
  askMs: 2_000,
  missingMs: 5_000,
  breakAfter: 3,
  breakMs: 10_000,
  compareEveryMs: 600_000,
  statusBundleMs: 600_000,
  standingEveryMs: 60_000,
  standingPatienceMs: 5_000,
  streamBytes: 256 << 20,
};
