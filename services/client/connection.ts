import {
  type ClientHttp2Session,
  type ClientHttp2Stream,
  connect,
  constants,
  type IncomingHttpHeaders,
} from "node:http2";
import { Unanswered } from "./unanswered.ts";

/** A gRPC request as it goes over the wire. */
export interface WireRequest {
  path: string;
  headers: Record<string, string>;
  body: Buffer;
}

/** What came back, not looked into yet. */
export interface WireAnswer {
  headers: IncomingHttpHeaders;
  trailers: IncomingHttpHeaders;
  body: Buffer;
}

/** Milliseconds that a connection may take to come about, TLS included: a frozen process accepts it and says nothing. */
const CONNECT_MS = 3_000;
/**
 * Megabytes that one connection may hold. Node's default of 10 is less than an order with its attachments, and where that much
 * waits to be sent, Node drops the answer with which a server refuses it. What this end sends is bounded before (`Gate`).
 */
const SESSION_MB = 1_000;
/** Bytes of a request that a server takes before it has given more room; a longer one that is not out has no end yet. */
const WINDOW = 65_535;
/** Codes of errors in which TLS does not come about, however often it is tried. */
const UNTRUSTED = /CERT|^ERR_(TLS|SSL)|^UNABLE_TO|^DEPTH_ZERO|^HOSTNAME/;
/** Resets with which a server says that it has not begun with the request. */
const TURNED_AWAY: readonly number[] = [constants.NGHTTP2_REFUSED_STREAM, constants.NGHTTP2_ENHANCE_YOUR_CALM];

/** One HTTP/2 connection, over TLS in service. Knows of each request whether the other end can have worked on it. */
export class Connection {
  readonly address: string;
  /** When something last came over it, by `performance.now()`. */
  heardAt = performance.now();
  readonly #session: ClientHttp2Session;
  /** The last request that the server has looked at, once it has said that it stops. */
  #lastTaken = Number.POSITIVE_INFINITY;
  #fault: string | undefined;

  private constructor(address: string, session: ClientHttp2Session) {
    this.address = address;
    this.#session = session;
    session.on("goaway", (code: number, lastTaken: number) => {
      this.#lastTaken = lastTaken;
      if (code !== constants.NGHTTP2_NO_ERROR) this.#fault = `the server ended the connection (GOAWAY ${nameOf(code)})`;
    });
    // What happens to a connection its requests are told. It keeps this listener to its end: an error that nobody listens to,
    // a late answer to a PING for one, would end the department's whole process.
    session.on("error", (error: Error) => {
      this.#fault ??= error.message;
    });
  }

  /** Connects. Throws `Unanswered` where that fails or takes longer than 3 seconds. */
  static open(address: string, ca: string | undefined, signal: AbortSignal): Promise<Connection> {
    return new Promise((resolve, reject) => {
      const session = connect(address, { maxSessionMemory: SESSION_MB, ...(ca !== undefined && { ca }) });
      // A connection keeps no process alive; a call does, by the timer of its deadline.
      session.unref();
      const fail = (message: string, cause?: unknown) => {
        end();
        session.destroy();
        const { code = "" } = (cause ?? {}) as { code?: string };
        reject(new Unanswered(UNTRUSTED.test(code) ? "fault" : "away", true, address, message, cause));
      };
      const timer = setTimeout(() => fail(`no connection within ${CONNECT_MS} ms`), CONNECT_MS);
      const cancel = () => fail("the connection was given up");
      const failed = (error: Error) => fail(error.message, error);
      const closed = () => fail("the connection was closed while it came about");
      const end = () => {
        clearTimeout(timer);
        signal.removeEventListener("abort", cancel);
        session.off("close", closed);
      };
      signal.addEventListener("abort", cancel, { once: true });
      session.on("error", failed);
      session.once("close", closed);
      session.once("connect", () => {
        end();
        session.off("error", failed);
        resolve(new Connection(address, session));
      });
    });
  }

  /** It takes new requests. */
  get usable(): boolean {
    return !this.#session.closed && !this.#session.destroyed && this.#lastTaken === Number.POSITIVE_INFINITY;
  }

  /** Sends a request and waits for what comes back. Throws `Unanswered`, or the reason of `signal`, which cancels the request. */
  send({ path, headers, body }: WireRequest, signal: AbortSignal): Promise<WireAnswer> {
    return new Promise((resolve, reject) => {
      signal.throwIfAborted();
      const stream = this.#begin(path, headers);
      const chunks: Buffer[] = [];
      let answered: IncomingHttpHeaders | undefined;
      let trailers: IncomingHttpHeaders | undefined;
      let whole = false;
      const cancel = () => {
        reject(signal.reason);
        stream.close(constants.NGHTTP2_CANCEL);
      };
      signal.addEventListener("abort", cancel, { once: true });
      const heard = () => {
        this.heardAt = performance.now();
      };
      stream.on("response", (given) => {
        heard();
        answered = given;
      });
      stream.on("data", (chunk: Buffer) => {
        heard();
        chunks.push(chunk);
      });
      stream.on("trailers", (given: IncomingHttpHeaders) => {
        trailers = given;
      });
      stream.on("end", () => {
        whole = true;
      });
      let fault: string | undefined;
      stream.on("error", (error) => {
        fault = error.message;
      });
      stream.on("close", () => {
        signal.removeEventListener("abort", cancel);
        if (answered && (trailers || (whole && stream.rstCode === constants.NGHTTP2_NO_ERROR))) {
          resolve({ headers: answered, trailers: trailers ?? {}, body: Buffer.concat(chunks) });
        } else {
          reject(this.#lost(stream, answered !== undefined, body.length > WINDOW && !stream.writableFinished, fault));
        }
      });
      stream.end(body);
    });
  }

  /** Asks the other end for a sign of life; `answered` is told when it comes. */
  ping(answered: () => void): void {
    if (this.#session.destroyed) return;
    this.#session.ping((error) => {
      if (error) return;
      this.heardAt = performance.now();
      answered();
    });
  }

  /** Ends the connection at once; its requests are told `why`. */
  destroy(why: string): void {
    this.#fault ??= why;
    this.#session.destroy();
  }

  #begin(path: string, headers: Record<string, string>): ClientHttp2Stream {
    try {
      return this.#session.request({ ":method": "POST", ":path": path, ...headers });
    } catch (error) {
      throw new Unanswered("away", true, this.address, (error as Error).message, error);
    }
  }

  #lost(stream: ClientHttp2Stream, answered: boolean, waiting: boolean, fault: string | undefined): Unanswered {
    const { rstCode = 0, id } = stream;
    // What ends with its connection bears the code of that; only a reset of its own speaks of the request.
    const turnedAway = this.#fault === undefined && TURNED_AWAY.includes(rstCode);
    // One above the last that was taken is looked at by nobody, and one whose end waits for room neither.
    const unprocessed = !answered && (turnedAway || id === undefined || id > this.#lastTaken || waiting);
    const reset = rstCode === constants.NGHTTP2_NO_ERROR ? undefined : `the request was reset (${nameOf(rstCode)})`;
    const message = this.#fault ?? reset ?? fault ?? "the connection ended";
    return new Unanswered(unprocessed ? "turned away" : "away", unprocessed, this.address, message);
  }
}

/** Names of the codes of RFC 9113 §7, in their order. */
const NAMES = [
  ...["NO_ERROR", "PROTOCOL_ERROR", "INTERNAL_ERROR", "FLOW_CONTROL_ERROR", "SETTINGS_TIMEOUT", "STREAM_CLOSED"],
  ...["FRAME_SIZE_ERROR", "REFUSED_STREAM", "CANCEL", "COMPRESSION_ERROR", "CONNECT_ERROR", "ENHANCE_YOUR_CALM"],
  ...["INADEQUATE_SECURITY", "HTTP_1_1_REQUIRED"],
];

function nameOf(code: number): string {
  return NAMES[code] ?? `code ${code}`;
}
