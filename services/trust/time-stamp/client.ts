import { randomBytes } from "node:crypto";
import { Agent } from "node:http";
import { Agent as TlsAgent } from "node:https";
import { refuseField } from "../../domain/refusal.ts";
import { acceptToken, type TimeStampAnswer, type TokenTime } from "./accept.ts";
import { exchange } from "./exchange.ts";
import { type ImprintHash, imprintOf, type StampedContent } from "./imprint.ts";
import { timeStampRequest } from "./request.ts";
import type { TimeStampTrust } from "./verify-token.ts";

/** Where time stamps come from, and of what kind. */
export interface TimeStampServiceOptions {
  /** `http://…` or `https://…`, as the authority publishes it. Credentials in it are refused. */
  url: string;
  /** Milliseconds for one exchange. Default 5,000. */
  timeoutMs?: number;
  /** Hash of the imprint. Default {@link DEFAULT_HASH}; national authorities take `sm3`. */
  hash?: ImprintHash;
  /** Policy (object identifier) to ask for; the token must name it. */
  policy?: string;
  /** PEM of the authorities of the server's TLS certificate. Default: those that Node trusts. */
  ca?: string;
}

/** Settings of {@link createTimeStampClient}. */
export interface TimeStampClientOptions extends TimeStampServiceOptions {
  /** The authorities whose tokens are accepted, asked for at every stamp: revocation lists grow old. */
  anchors: () => TimeStampTrust;
  /** Milliseconds that the authority's clock may differ from this host's, its own accuracy included. Default 300,000. */
  skewMs?: number;
  now?: () => Date;
  /** Milliseconds of a clock that nobody sets. */
  monotonic?: () => number;
  /** Told what each good token says of this host's clock: how far the authority's is ahead, and how far that may be wrong, milliseconds. */
  onTime?: (aheadMs: number, uncertaintyMs: number) => void;
}

/** An authority as far as the network goes: what it answers is not looked at. */
export interface TimeStampService {
  /** Sends a request for a digest, and resolves to what came. Rejects with `TIME_STAMP_AWAY` or `TIME_STAMP_BAD`, both with retry advice. */
  ask(imprint: Uint8Array): Promise<TimeStampAnswer>;
  /** Closes the connections that are kept. */
  close(): void;
}

/** Gets time stamps from one authority. */
export interface TimeStampClient {
  /**
   * Has `content` stamped (for `signature-time-stamp` the octets of the signature value) and verifies the token before it is
   * given out, see {@link acceptToken}. Rejects with `TIME_STAMP_AWAY` or `TIME_STAMP_BAD`, both with retry advice.
   */
  stamp(content: StampedContent): Promise<Uint8Array>;
  /** Closes the connections that are kept. */
  close(): void;
}

/** Hash of imprints where none is configured. */
export const DEFAULT_HASH: ImprintHash = "sha256";
/** Tokens tell whole seconds. */
const TOKEN_SECOND_MS = 1_000;
/** Connections to the authority that are open at most, and kept while idle. */
const MAX_SOCKETS = 32;

/** Opens the network side alone, for callers who verify elsewhere. Refuses as {@link createTimeStampClient}. */
export function openTimeStampService(options: TimeStampServiceOptions): TimeStampService {
  const { timeoutMs = 5_000, hash = DEFAULT_HASH, policy, ca } = options;
  const url = addressOf(options.url);
  const settings = { keepAlive: true, maxSockets: MAX_SOCKETS };
  const agent = url.protocol === "https:" ? new TlsAgent(settings) : new Agent(settings);
  return {
    async ask(imprint) {
      const nonce = randomBytes(16);
      const request = timeStampRequest({ hash, imprint, nonce, ...(policy !== undefined && { policy }) });
      return { response: await exchange(request, { url, timeoutMs, agent, ...(ca !== undefined && { ca }) }), nonce };
    },
    close: () => agent.destroy(),
  };
}

/** Creates a client. Refuses (`INVALID_FIELD`) an address that is none. Keeps connections; nothing is sent before a stamp. */
export function createTimeStampClient(options: TimeStampClientOptions): TimeStampClient {
  const { anchors, skewMs, now = () => new Date(), monotonic = () => performance.now(), onTime, ...settings } = options;
  const { hash = DEFAULT_HASH, policy } = settings;
  const service = openTimeStampService(settings);
  return {
    async stamp(content) {
      const asked = monotonic();
      const answer = await service.ask(imprintOf(content, hash));
      const tookMs = monotonic() - asked;
      const kind = { ...(policy !== undefined && { policy }), ...(skewMs !== undefined && { skewMs }) };
      const onStamp = ({ time, accuracyMs = 0 }: TokenTime, at: Date) =>
        onTime?.(time.getTime() - at.getTime(), accuracyMs + tookMs + TOKEN_SECOND_MS);
      return acceptToken(answer, content, { ...kind, trust: anchors(), at: now(), onStamp });
    },
    close: service.close,
  };
}

function addressOf(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const plain = url?.username === "" && url.password === "";
  if (url && plain && (url.protocol === "http:" || url.protocol === "https:")) return url;
  throw refuseField(
    "INVALID_FIELD",
    "url",
    "is no http: or https: address without credentials",
    "write it like http://tsa.example/tsr",
    "不是不含账户的http或https地址，应如http://tsa.example/tsr",
  );
}
