import type { ArchivedCertificate } from "./archived-certificate.ts";
import type { Fork } from "./keep-record.ts";

/** What the intake tells of certificates of which a second record came, to whoever keeps those (`forks/forks.ts`). */
export interface ForkNotes {
  /**
   * Takes a second record. `open`: it is kept beside the archived one, which is marked, alarmed, and gets no receipt. `graver`: it took the place
   * of the archived one, which is kept beside it, since it takes more away. `settled`: it was decided against before, so its source may
   * have a receipt for it. At most `NODE_FORKS` of one node are kept; beyond, the archived one is marked all the same and `open` is answered,
   * whichever is graver (`forks_dropped`): as it comes again and again, it is kept when there is room. Throws `REVISION_CONFLICT` where another
   * record has come meanwhile.
   */
  note(fork: Fork): Promise<"open" | "graver" | "settled">;
  /** A record of a node was taken over: where it was told that its own does not count, that is over. */
  followed(document: Pick<ArchivedCertificate, "_id" | "node">): Promise<void>;
  /** What was archived did not hold after all and gave way: there is no second record any more. */
  displaced(former: ArchivedCertificate): Promise<void>;
}
