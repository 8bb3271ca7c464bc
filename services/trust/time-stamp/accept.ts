import { Refusal } from "../../domain/refusal.ts";
import type { TimeStampReport } from "../report.ts";
import { bad } from "./exchange.ts";
import type { StampedContent } from "./imprint.ts";
import { readTimeStampResponse } from "./response.ts";
import { trimToken } from "./trim.ts";
import { type TimeStampTrust, verifyTimeStampToken } from "./verify-token.ts";

/** What an authority answered (DER of a TimeStampResp), not believed, and the nonce that it was asked with. */
export interface TimeStampAnswer {
  response: Uint8Array;
  nonce: Uint8Array;
}

/** What a token must be to be accepted. */
export interface TokenDemand {
  trust: TimeStampTrust;
  policy?: string;
  /** The time now. */
  at: Date;
  /** Milliseconds that the authority's clock may differ from this host's, its own accuracy included. Default 300,000. */
  skewMs?: number;
  /** Told the time of a token that is good but for its time, before that is judged. */
  onStamp?(stamp: TokenTime, at: Date): void;
}

/** What a token says of the time. */
export type TokenTime = Pick<NonNullable<TimeStampReport["stamp"]>, "time" | "accuracyMs">;

/**
 * The token (DER) of an answer, if it is over `content` and proves it: imprint, nonce, policy, authority, and that its time is now.
 * Certificates that its path does not need are left out of it. Refuses others (`TIME_STAMP_BAD`, with retry advice).
 */
export function acceptToken(
  { response, nonce }: TimeStampAnswer,
  content: StampedContent,
  { trust, policy, at, skewMs = 300_000, onStamp }: TokenDemand,
): Uint8Array {
  const demand = { ...trust, nonce, ...(policy !== undefined && { policy }) };
  const token = tokenIn(response);
  const first = verifyTimeStampToken(token, content, demand);
  const trimmed = trimmedToken(token, first);
  const report = trimmed === token ? first : verifyTimeStampToken(trimmed, content, demand);
  if (!report.ok) throw bad(report.findings.map(({ detail }) => detail).join("; "));
  if (report.stamp) onStamp?.(report.stamp, at);
  const off = Math.abs((report.stamp?.time.getTime() ?? Number.NaN) - at.getTime());
  if (!(off <= skewMs)) throw bad(`its time is ${Math.round(off / 1000)} s from this host's`);
  return trimmed;
}

function tokenIn(answer: Uint8Array): Uint8Array {
  try {
    return readTimeStampResponse(answer);
  } catch (error) {
    if (error instanceof Refusal) throw bad(error.message);
    throw error;
  }
}

/** Without roots, which whoever verifies has, and without certificates beside the path. */
function trimmedToken(token: Uint8Array, { path = [] }: TimeStampReport): Uint8Array {
  if (path.length === 0) return token;
  const needed = path.filter(({ subjectDer, issuerDer }) => Buffer.compare(subjectDer, issuerDer) !== 0);
  return trimToken(token, (certificate) => needed.some(({ der }) => Buffer.compare(der, certificate) === 0));
}
