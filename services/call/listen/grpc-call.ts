import { constants, type IncomingHttpHeaders, type ServerHttp2Stream } from "node:http2";
import { steadyTime } from "../../base/steady-time.ts";
import { Refusal } from "../../domain/refusal.ts";
import { grpcStatusOf, refusalOf } from "../refusal/refusal-wire.ts";
import { BodyAccount, type Intake } from "../request/body-account.ts";
import { COMPRESSED, ENVELOPE_BYTES, EnvelopeMeter } from "../request/envelope-meter.ts";
import { type GrpcConnection, grpcConnectionOf } from "./grpc-connection.ts";
import { grpcTimeoutMs } from "./grpc-timeout.ts";
import { type GrpcStatus, OK_TRAILERS, RESPONSE_HEADERS, trailersOf } from "./grpc-trailers.ts";
import { letRestPass } from "./let-rest-pass.ts";
import { MessageBuffer } from "./message-buffer.ts";

/** How long a caller that was refused may go on sending before its stream is reset. */
const REST_MS = 2_000;
const { NGHTTP2_INTERNAL_ERROR } = constants;

const WITH_TRAILERS = { waitForTrailers: true, sendDate: false };
const TRAILERS_ONLY = { endStream: true, sendDate: false };

/** Who waits for the next message, or until the caller has said all. */
interface Waiting {
  all: boolean;
  resolve(bytes: Buffer | undefined): void;
  reject(refusal: Refusal): void;
}

interface Whole {
  bytes: Buffer;
  /** What the account holds for it. */
  size: number;
}

/**
 * A gRPC call on its HTTP/2 stream, before anything of its body was read. The stream is held back until {@link only} or {@link read} asks, so a call that
 * is refused first costs no body; what is then read is held to the limits that {@link meter} was given.
 */
export class GrpcCall {
  readonly headers: IncomingHttpHeaders;
  readonly connection: GrpcConnection;
  /** Of the caller, without its port; of a call that was handed on, the browser's. What its body holds counts for it. */
  address: string | undefined;
  private readonly stream: ServerHttp2Stream;
  private readonly onGone = new Set<() => void>();
  private readonly whole: Whole[] = [];
  private readonly sizes: number[] = [];
  private waiting: Waiting | undefined;
  private envelopes: EnvelopeMeter | undefined;
  private account: BodyAccount | undefined;
  private fault: Refusal | undefined;
  private ending: GrpcStatus | undefined;
  private gone = false;
  private said = false;
  private done = false;

  constructor(stream: ServerHttp2Stream, headers: IncomingHttpHeaders) {
    this.stream = stream;
    this.headers = headers;
    this.connection = grpcConnectionOf(stream.session);
    this.address = this.connection.address;
    stream.pause();
    stream.on("error", () => {});
    stream.once("close", () => this.leave());
  }

  /** When the caller stops waiting. Throws `INVALID_FIELD` where its header cannot be read. */
  get deadline(): Date | undefined {
    const ms = grpcTimeoutMs(this.header("grpc-timeout"));
    return ms === undefined ? undefined : new Date(steadyTime() + ms);
  }

  /** A header of the call. */
  header(name: string): string | undefined {
    const value = this.headers[name];
    return Array.isArray(value) ? value[0] : value;
  }

  /** Begins to take requests of so many bytes each at most, held to the limits of the process. Once. */
  meter(limit: number, intake: Intake): BodyAccount {
    const message = new MessageBuffer(limit);
    const account = new BodyAccount(intake, this.address, (refusal) => this.fail(refusal));
    this.account = account;
    this.envelopes = new EnvelopeMeter(limit, account, {
      head: refuseFlags,
      piece: (bytes) => message.append(bytes),
      message: (_flags, size) => this.whole.push({ bytes: message.take(), size }),
    });
    this.stream.on("data", this.take);
    // A listener makes it flow: it waits until somebody asks.
    this.stream.pause();
    this.stream.once("end", () => this.arrived());
    return account;
  }

  /** The only request of a call, when the caller has said all. Rejects with `INVALID_FIELD` where there is none or more than one, and where a limit is broken. */
  async only(): Promise<Buffer> {
    const bytes = await this.wait(true);
    if (bytes) return bytes;
    throw malformed("the call ended without a request");
  }

  /** The next message; `undefined` when the caller has said all. Rejects where a limit is broken. One at a time. */
  read(): Promise<Buffer | undefined> {
    return this.wait(false);
  }

  /** The message that was read last is done with: its memory is free. */
  served(): void {
    const size = this.sizes.shift();
    if (size !== undefined) this.account?.served(size);
  }

  /** Sends a message and resolves when it has left, or never will. */
  write(message: Uint8Array): Promise<void> {
    if (this.closed) return Promise.resolve();
    this.open();
    return new Promise((resolve) => {
      const sent = () => {
        this.onGone.delete(sent);
        resolve();
      };
      this.onGone.add(sent);
      this.stream.write(enveloped(message), sent);
    });
  }

  /** Answers a unary call well: one message and the end. */
  reply(message: Uint8Array): void {
    this.settle();
    if (this.closed) return;
    this.done = true;
    this.open();
    this.stream.end(enveloped(message));
    this.rest();
  }

  /**
   * Ends the call. Whoever was let in and sends too much is answered when the rest has come, which is not kept, or nothing comes any
   * more: Node's own clients lose an answer that arrives while more than 10 MB wait to be sent.
   */
  end(refusal?: Refusal): void {
    this.settle();
    if (refusal) this.stop(refusal);
    const status = refusal && grpcStatusOf(refusal);
    const letPass = refusal?.reason === "TOO_LARGE" && this.account && !this.stream.readableEnded;
    if (letPass) letRestPass(this.stream, () => this.finish(status));
    else this.finish(status);
  }

  /** Ends the call with a status, `OK` without one. Trailers alone where nothing was answered yet. */
  finish(status?: GrpcStatus): void {
    this.settle();
    if (this.closed) return;
    this.done = true;
    if (!status || this.said) {
      this.open(status);
      this.stream.end();
    } else {
      this.stream.respond({ ...RESPONSE_HEADERS, ...trailersOf(status) }, TRAILERS_ONLY);
    }
    this.rest();
  }

  /** Ends a call whose end could not be written. */
  abandon(): void {
    this.done = true;
    this.settle();
    this.stream.close(NGHTTP2_INTERNAL_ERROR);
  }

  /** Calls back when the caller has gone. Returns the way to stop listening. */
  whenGone(gone: () => void): () => void {
    this.onGone.add(gone);
    return () => this.onGone.delete(gone);
  }

  private wait(all: boolean): Promise<Buffer | undefined> {
    return new Promise((resolve, reject) => {
      this.waiting = { all, resolve, reject };
      this.arrived();
    });
  }

  private get closed(): boolean {
    return this.gone || this.done || this.stream.destroyed || this.stream.closed;
  }

  /** Sends the headers of an answer; `status` is how it will end. */
  private open(status?: GrpcStatus): void {
    if (status) this.ending = status;
    if (this.said) return;
    this.said = true;
    const { stream } = this;
    stream.once("wantTrailers", () => stream.sendTrailers(this.ending ? trailersOf(this.ending) : OK_TRAILERS));
    stream.respond(RESPONSE_HEADERS, WITH_TRAILERS);
  }

  /** What the caller goes on sending is forgotten, for a while. */
  private rest(): void {
    const { stream } = this;
    if (stream.readableEnded || stream.closed) return;
    stream.resume();
    const timer = setTimeout(() => stream.close(), REST_MS).unref();
    stream.once("close", () => clearTimeout(timer));
  }

  private readonly take = (chunk: Buffer): void => {
    if (this.fault || this.done) return;
    try {
      this.envelopes?.take(chunk);
    } catch (thrown) {
      this.fail(refusalOf(thrown));
      return;
    }
    // A stream that ends is told of by its own event, so that an only request wakes its call once.
    if (this.whole.length > (this.waiting?.all ? 1 : 0)) this.arrived();
  };

  /** Gives whoever waits what has come, the end or the fault; lets the stream flow where that is nothing yet. */
  private arrived(): void {
    const { waiting, stream, whole } = this;
    if (!waiting) return;
    const ended = stream.readableEnded || this.gone;
    const enough = waiting.all ? whole.length > 1 : whole.length > 0;
    if (!enough && !this.fault && !ended) {
      stream.resume();
      return;
    }
    this.waiting = undefined;
    stream.pause();
    const refusal = this.fault ?? (enough ? undefined : this.broken());
    if (refusal) waiting.reject(refusal);
    else if (waiting.all && whole.length > 1) waiting.reject(malformed("the call has more than one request"));
    else waiting.resolve(this.next());
  }

  /** Why what has come is no whole number of messages, or not all that the caller meant to say. */
  private broken(): Refusal | undefined {
    if (this.gone && !this.stream.readableEnded) return new Refusal("CANCELLED", "the caller has gone");
    return this.envelopes?.idle === false ? malformed("the call ended in the middle of a message") : undefined;
  }

  private next(): Buffer | undefined {
    const next = this.whole.shift();
    if (next) this.sizes.push(next.size);
    return next?.bytes;
  }

  private fail(refusal: Refusal): void {
    if (this.fault) return;
    this.fault = refusal;
    this.envelopes = undefined;
    if (!this.stop(refusal)) this.end(refusal);
  }

  /** Refuses whoever waits for a message; false where nobody does. */
  private stop(refusal: Refusal): boolean {
    const { waiting } = this;
    this.waiting = undefined;
    waiting?.reject(refusal);
    return waiting !== undefined;
  }

  /** Nothing more is taken: what came of a message is forgotten, and its memory counts no more. */
  private settle(): void {
    this.envelopes = undefined;
    this.account?.end();
  }

  private leave(): void {
    this.gone = true;
    this.arrived();
    this.settle();
    for (const gone of [...this.onGone]) gone();
  }
}

function refuseFlags(flags: number): void {
  if (flags & COMPRESSED) throw new Refusal("UNIMPLEMENTED", "the message is compressed: send it uncompressed");
  if (flags !== 0) throw malformed(`the call has an envelope with unknown flags (${flags})`);
}

function malformed(message: string): Refusal {
  return new Refusal("INVALID_FIELD", message);
}

function enveloped(message: Uint8Array): Buffer {
  const bytes = Buffer.allocUnsafe(ENVELOPE_BYTES + message.length);
  bytes[0] = 0;
  bytes.writeUInt32BE(message.length, 1);
  bytes.set(message, ENVELOPE_BYTES);
  return bytes;
}
