import { STANDINGS, type StandingName } from "../../node/standing-name.ts";

/** What one end of a link says of it; digests are empty where they are not known. */
export interface Marks {
  /** Last number that it gave to an event for the other. */
  sent: number;
  sentDigest: string;
  /** Highest number of the other that it has applied. */
  received: number;
  receivedDigest: string;
  /** Highest number of its own that the other has confirmed. */
  confirmed: number;
}

/** What two ends know of each other at the end that judges. */
export interface Evidence {
  /** The node that judges, and the other. */
  nodes: { own: string; peer: string };
  /**
   * Marks of the end that judges, read before the other read its own. Absent where it is the one that was asked: then nothing is said of
   * how far the other is, for marks move on between two readings.
   */
  before?: Marks | undefined;
  theirs: Marks;
  /** Marks of the end that judges, read after the other had read its own. */
  after: Marks;
  /** Digest of the event that this node has given the number `theirs.received`, where it is known. */
  digestOfReceived?: string | undefined;
  /** Whether this node has applied the number `theirs.sent` for the event that the other names; `undefined`: not known. */
  fitsSent?: boolean | undefined;
  /** Whether this node has applied `theirs.confirmed`. */
  hasConfirmed: boolean;
  /** What the other says that it has got of this node is proven by this node's signatures, or the other is trusted to say it. */
  proven: { received: boolean; confirmed: boolean };
}

/** Where a node stands and why, in English; no reason: level. */
export interface Verdict {
  standing: StandingName;
  detail: string;
}

/** Both ends of a link. */
export interface Judged {
  own: Verdict;
  peer: Verdict;
  /** What the other claims beyond what this node knows, without proof. Empty: nothing. */
  unproven: string;
}

export const LEVEL: Verdict = { standing: "level", detail: "" };

/**
 * Judges both ends by what each says of the other. Marks move while they are compared, so each is held against one that was read later and
 * may only be higher: two ends that were never put back are level at any moment, whatever they exchange meanwhile.
 */
export function judge(evidence: Evidence): Judged {
  const { own, unproven } = judgeOwn(evidence);
  return { own, peer: judgePeer(evidence), unproven };
}

/** The worse of two; of equals the first. */
export function worse(one: Verdict, other: Verdict): Verdict {
  return STANDINGS.indexOf(other.standing) > STANDINGS.indexOf(one.standing) ? other : one;
}

/**
 * The number that this node's events go on behind, where what it knows of them is not what the peer has seen, and the digest of the event
 * with it (empty: not known); a claim without proof moves nothing. Never lower than what was given, so that nothing is given twice.
 */
export function numberToGoOnFrom({
  theirs,
  after,
  proven,
  digestOfReceived,
}: Evidence): { number: number; digest: string } | undefined {
  const { received: number, receivedDigest: digest } = theirs;
  if (!proven.received) return undefined;
  if (number > after.sent) return { number, digest };
  if (!isOther(digest, digestOfReceived)) return undefined;
  return number === after.sent ? { number, digest } : { number: after.sent, digest: "" };
}

function isOther(said: string, known: string | undefined): boolean {
  return said !== "" && known !== undefined && known !== said;
}

function judgeOwn({ nodes, theirs, after, digestOfReceived, hasConfirmed, proven }: Evidence): Omit<Judged, "peer"> {
  const { own, peer } = nodes;
  const applied = `${peer} has applied event ${theirs.received} of ${own}`;
  const found: Verdict[] = [];
  const claims: string[] = [];
  const say = (isProven: boolean, verdict: Verdict) => {
    if (isProven) found.push(verdict);
    else claims.push(verdict.detail);
  };
  if (theirs.received > after.sent)
    say(proven.received, { standing: "behind", detail: `${applied}, which knows of ${after.sent}` });
  else if (isOther(theirs.receivedDigest, digestOfReceived))
    say(proven.received, { standing: "forked", detail: `${applied}, which has given this number to another event` });
  if (theirs.confirmed > 0 && !hasConfirmed) {
    const detail = `${peer} holds a receipt of ${own} for event ${theirs.confirmed}, which ${own} has not applied`;
    say(proven.confirmed, { standing: "behind", detail });
  }
  return { own: found.reduce(worse, LEVEL), unproven: claims.join("; ") };
}

function judgePeer({ nodes, before, theirs, fitsSent }: Evidence): Verdict {
  const { own, peer } = nodes;
  if (fitsSent === false)
    return { standing: "forked", detail: `${own} has applied another event under number ${theirs.sent} of ${peer}` };
  if (!before) return LEVEL;
  if (before.received > theirs.sent) {
    const detail = `${own} has applied event ${before.received} of ${peer}, which knows of ${theirs.sent}`;
    return { standing: "behind", detail };
  }
  if (before.confirmed > theirs.received) {
    const detail = `${own} holds a receipt of ${peer} for event ${before.confirmed}, which has applied ${theirs.received}`;
    return { standing: "behind", detail };
  }
  return LEVEL;
}
