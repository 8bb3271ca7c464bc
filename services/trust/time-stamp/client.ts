import { randomBytes } from "node:crypto";
import { Agent } from "node:http";
import { Agent as TlsAgent } from "node:https";
import { Refusal, refuseField } from "../../domain/refusal.ts";
import { bad, exchange } from "./exchange.ts";
import { type ImprintHash, imprintOf, type StampedContent } from "./imprint.ts";
import { timeStampRequest } from "./request.ts";
import { readTimeStampResponse } from "./response.ts";
import { trimToken } from "./trim.ts";
import { type TimeStampReport, type TimeStampTrust, verifyTimeStampToken } from "./verify-token.ts";

/** Settings of {@link createTimeStampClient}. */
export interface TimeStampClientOptions {
  /** `http://…` or `https://…`, as the authority publishes it. Credentials in it are refused. */
  url: string;
  /** The authorities whose tokens are accepted, asked for at every stamp: revocation lists grow old. */
  anchors: () => TimeStampTrust;
  /** Milliseconds for one exchange. Default 5,000. */
  timeoutMs?: number;
  /** Hash of the imprint. Default `sha256`; national authorities take `sm3`. */
  hash?: ImprintHash;
  /** Policy (object identifier) to ask for; the token must name it. */
  policy?: string;
  /** PEM of the authorities of the server's TLS certificate. Default: those that Node trusts. */
  ca?: string;
  /** Milliseconds that the authority's clock may differ from this host's, its own accuracy included. Default 300,000. */
  skewMs?: number;
  now?: () => Date;
}

/** Gets time stamps from one authority. */
export interface TimeStampClient {
  /**
   * Has `content` stamped (for `signature-time-stamp` the octets of the signature value) and verifies the token before it is
   * given out: imprint, nonce, policy, authority, and that its time is now. Certificates that its path does not need are
   * left out of the token. Rejects with `TIME_STAMP_AWAY` or `TIME_STAMP_BAD`, both with retry advice.
   */
  stamp(content: StampedContent): Promise<Uint8Array>;
  /** Closes the connections that are kept. */
  close(): void;
}

/** Connections to the authority that are open at most, and kept while idle. */
const MAX_SOCKETS = 32;

/** Creates a client. Refuses (`INVALID_FIELD`) an address that is none. Keeps connections; nothing is sent before a stamp. */
export function createTimeStampClient(options: TimeStampClientOptions): TimeStampClient {
  const { timeoutMs = 5_000, hash = "sha256", policy, ca, skewMs = 300_000, now = () => new Date() } = options;
  const url = addressOf(options.url);
  const settings = { keepAlive: true, maxSockets: MAX_SOCKETS };
  const agent = url.protocol === "https:" ? new TlsAgent(settings) : new Agent(settings);
  return {
    async stamp(content) {
      const nonce = randomBytes(16);
      const imprint = imprintOf(content, hash);
      const request = timeStampRequest({ hash, imprint, nonce, ...(policy !== undefined && { policy }) });
      const answer = await exchange(request, { url, timeoutMs, agent, ...(ca !== undefined && { ca }) });
      const trust = options.anchors();
      const demand = { ...trust, nonce, ...(policy !== undefined && { policy }) };
      const token = tokenIn(answer);
      const first = verifyTimeStampToken(token, content, demand);
      const trimmed = trimmedToken(token, first);
      const report = trimmed === token ? first : verifyTimeStampToken(trimmed, content, demand);
      if (!report.ok) throw bad(report.findings.map(({ detail }) => detail).join("; "));
      const off = Math.abs((report.stamp?.time.getTime() ?? Number.NaN) - now().getTime());
      if (!(off <= skewMs)) throw bad(`its time is ${Math.round(off / 1000)} s from this host's`);
      return trimmed;
    },
    close: () => agent.destroy(),
  };
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

function addressOf(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const plain = url?.username === "" && url.password === "";
  if (url && plain && (url.protocol === "http:" || url.protocol === "https:")) return url;
  throw refuseField("INVALID_FIELD", "url", "is no http: or https: address without credentials");
}
