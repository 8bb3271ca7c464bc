import type { VerifyOptions } from "../cms-verify.ts";
import { type PadesReport, verifyOwnPades } from "../pades.ts";
import type { TimeStampReport } from "../report.ts";
import type { RevocationSource } from "../revocation.ts";
import { type TimeStampTrust, verifyTimeStampToken } from "../time-stamp/verify-token.ts";
import { timeStampStanding } from "../verification/time-stamp-standing.ts";
import { rangeDigests } from "./document-stamp.ts";
import type { GrownPdf } from "./grown-pdf.ts";
import type { StoredList } from "./stored-data.ts";
import { joinedRevocation, storedRevocation } from "./stored-revocation.ts";

/** Levels that data behind the signature give it, beside those that it has by itself. */
export type LongTermLevel = "B-LT" | "B-LTA";

type Trust = Omit<VerifyOptions, "at">;

/** A document time stamp (EN 319 142-1 §5.4.3) and what was found of it. */
export interface DocumentStamp extends TimeStampReport {
  /** Which revision it is, from 0. */
  revision: number;
}

/** The source of revocations for the signature: what the document brings along beside what is configured. */
export function signerRevocation({ stored }: GrownPdf, { trust, revocation }: Trust): RevocationSource | undefined {
  if (stored.lists.length === 0) return revocation;
  const own = storedRevocation({ ...stored, trust }, { onlyYounger: true });
  return revocation === undefined ? own : joinedRevocation([revocation, own]);
}

/** The same for time stamps. Lists made before a stamp count: whoever had stolen its authority's key could choose its time too. */
export function stampTrust(grown: GrownPdf, given: TimeStampTrust): TimeStampTrust {
  const { trust, revocation } = given;
  const { stored } = grown;
  if (stored.lists.length === 0) return given;
  const own = storedRevocation({ ...stored, trust }, { onlyYounger: false });
  return {
    ...stampChains(grown, given),
    revocation: revocation === undefined ? own : joinedRevocation([revocation, own]),
  };
}

/** The authorities between that the document brings along; its revocation lists are left out. */
export function stampChains({ stored }: GrownPdf, given: TimeStampTrust): TimeStampTrust {
  return { ...given, intermediates: [...(given.intermediates ?? []), ...stored.certificates.map(({ der }) => der)] };
}

/** Verifies the document time stamps, each at the time that it gives, by what `trusted` makes of the document and what is given. */
export function documentStamps(
  grown: GrownPdf,
  { trust, timeStamps }: Trust,
  trusted: typeof stampTrust = stampTrust,
): DocumentStamp[] {
  const given = timeStamps === undefined ? { trust: { ...trust, anchors: [] } } : trusted(grown, timeStamps);
  const digests = rangeDigests(grown.file);
  return grown.revisions.flatMap((one, revision) => {
    if (one.kind !== "stamp") return [];
    const content = (hash: string) => digests(one.byteRange, hash);
    return [{ ...verifyTimeStampToken(one.token, content, given), revision }];
  });
}

/**
 * Verifies the signature at the time `options.at`, with the certificates and lists of the security store beside the configured
 * ones. `stamps` are the document time stamps that count, in order. A time stamp inside the signature is judged as of the first of
 * them, since that covers it; where it does not count even so, the first one stands in: it too proves that the signature was there
 * by then.
 */
export function judgeGrown(grown: GrownPdf, options: VerifyOptions, stamps: readonly DocumentStamp[]): PadesReport {
  const revocation = signerRevocation(grown, options);
  const { timeStamps } = options;
  const report = verifyOwnPades(grown.original, {
    ...options,
    ...(revocation !== undefined && { revocation }),
    ...(timeStamps !== undefined && { timeStamps: stampTrust(grown, timeStamps) }),
  });
  const [first] = stamps;
  if (first?.stamp === undefined) return report;
  const { time } = first.stamp;
  const inside = report.timeStamp && { ...report.timeStamp, provedBy: time };
  const counts = timeStampStanding(inside, time).timeStamp !== undefined;
  if (inside === undefined) return { ...report, timeStamp: first };
  return { ...report, timeStamp: counts ? inside : { ...first, standsInFor: inside } };
}

/**
 * The level that the data behind a good signature with a time stamp give it. B-LT: for every certificate of the two paths the
 * document itself tells that it was not revoked. B-LTA: a document time stamp that counts covers all that. Absent where
 * neither holds.
 */
export function longTermLevel(
  grown: GrownPdf,
  { path = [], timeStamp }: PadesReport,
  stamps: readonly DocumentStamp[],
  { trust, timeStamps }: Trust,
): LongTermLevel | undefined {
  const { stored } = grown;
  const time = timeStamp?.stamp?.time;
  if (!timeStamp?.ok || time === undefined || timeStamps === undefined || path.length === 0) return undefined;
  const complete = (lists: readonly StoredList[]): boolean => {
    const ofSigner = storedRevocation({ ...stored, lists, trust }, { onlyYounger: true });
    const ofStamp = storedRevocation({ ...stored, lists, trust: timeStamps.trust }, { onlyYounger: false });
    const told = (source: RevocationSource, one: PadesReport["path"] = []) =>
      one.slice(0, -1).every((certificate) => source.statusAt(certificate, time).state !== "unknown");
    return told(ofSigner, path) && told(ofStamp, timeStamp.path);
  };
  if (!complete(stored.lists)) return undefined;
  const last = stamps.findLast(({ ok }) => ok);
  const covered = stored.lists.filter(({ revision }) => last !== undefined && revision < last.revision);
  return last !== undefined && complete(covered) ? "B-LTA" : "B-LT";
}
