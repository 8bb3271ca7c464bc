import type { ServerHttp2Stream } from "node:http2";
import type { Message } from "@bufbuild/protobuf";
import { Metadata, type ServerInterceptingCallInterface, status } from "@grpc/grpc-js";
import { steadyTime } from "../../base/steady-time.ts";
import { Refusal } from "../../domain/refusal.ts";
import { grpcStatusOf, refusalFromError, refusalOf } from "../refusal/refusal-wire.ts";
import { BodyAccount, type Intake } from "../request/body-account.ts";
import { COMPRESSED, EnvelopeMeter } from "../request/envelope-meter.ts";

/** How long a caller that was refused may go on sending before its stream is reset. */
const REST_MS = 2_000;
/** How long the rest of a message that is too large is let pass, and how long nothing may come of it, before the answer is sent. */
const PASS_MS = 10_000;
const QUIET_MS = 1_000;

type PartialStatusObject = Parameters<ServerInterceptingCallInterface["sendStatus"]>[0];

/** What grpc-js would say by itself names compressions that are refused here. */
const UNCOMPRESSED = new Metadata();
UNCOMPRESSED.set("grpc-accept-encoding", "identity");
const OK = { code: status.OK, details: "OK", metadata: null };

/**
 * A call of grpc-js from the side of its server, before anything of its body was read. grpc-js holds the HTTP/2 stream back until
 * {@link read} asks, so a call that is refused first costs no body; what it then reads is metered by {@link meter}.
 */
export class GrpcCall {
  private readonly base: ServerInterceptingCallInterface;
  private readonly send: ServerInterceptingCallInterface["sendStatus"];
  private readonly stream: ServerHttp2Stream;
  private readonly onGone = new Set<() => void>();
  private reading: { resolve(bytes: Buffer | undefined): void; reject(refusal: Refusal): void } | undefined;
  private fault: Refusal | undefined;
  private gone = false;
  private readonly sizes: number[] = [];
  private account: BodyAccount | undefined;

  constructor(base: ServerInterceptingCallInterface) {
    this.base = base;
    this.stream = streamOf(base);
    this.send = base.sendStatus.bind(base);
    // What grpc-js would say by itself has no reason.
    base.sendStatus = (own) => {
      // The chain has the same deadline and tells of it.
      if (own.code !== status.DEADLINE_EXCEEDED) this.fail(refusalOfStatus(own));
    };
  }

  /** The connection, which several calls share. */
  get session(): object | undefined {
    return this.stream.session;
  }

  /** Address of the caller, without its port. */
  get address(): string {
    return addressOf(this.base);
  }

  get deadline(): Date | undefined {
    const deadline = this.base.getDeadline();
    if (deadline === Number.POSITIVE_INFINITY) return undefined;
    // The library counts by the clock of the host.
    return new Date(steadyTime() + new Date(deadline).getTime() - Date.now());
  }

  /** Subject alternative names of the client certificate, as Node writes them. */
  get certifiedNames(): string | undefined {
    return this.base.getAuthContext().sslPeerCertificate?.subjectaltname;
  }

  /** Begins the call. `run` is told the metadata; from then on the call can be read and answered. */
  start(run: (metadata: Metadata) => void): void {
    this.base.start({
      onReceiveMetadata: run,
      onReceiveMessage: (bytes: Buffer) => this.arrived(bytes),
      onReceiveHalfClose: () => this.arrived(undefined),
      onCancel: () => this.leave(),
    });
  }

  /** Holds what arrives to limits, from now on. */
  meter(limit: number, intake: Intake): BodyAccount {
    const whole = (size: number) => this.sizes.push(size);
    const account = meterStream(this.base, limit, intake, (refusal) => this.fail(refusal), whole);
    this.account = account;
    return account;
  }

  /** The message that was read last is done with: its memory is free. */
  served(): void {
    const size = this.sizes.shift();
    if (size !== undefined) this.account?.served(size);
  }

  /** The next message; `undefined` when the caller has said all. Rejects where a limit is broken. One at a time. */
  read(): Promise<Buffer | undefined> {
    return new Promise((resolve, reject) => {
      if (this.fault) return reject(this.fault);
      this.reading = { resolve, reject };
      this.base.startRead();
    });
  }

  /** Sends a message and resolves when it has left, or never will. */
  write(message: Message): Promise<void> {
    if (this.gone) return Promise.resolve();
    return new Promise((resolve) => {
      const sent = () => {
        this.onGone.delete(sent);
        resolve();
      };
      this.onGone.add(sent);
      this.base.sendMetadata(UNCOMPRESSED);
      this.base.sendMessage(message, sent);
    });
  }

  /**
   * Ends the call. Whoever was let in and sends too much is answered when the rest has come, which is not kept, or nothing comes any
   * more: Node's own clients lose an answer that arrives while more than 10 MB wait to be sent.
   */
  end(refusal?: Refusal): void {
    this.account?.end();
    if (refusal) this.stop(refusal);
    const letPass = refusal?.reason === "TOO_LARGE" && this.account && !this.stream.readableEnded;
    if (letPass) letRestPass(this.stream, () => this.answer(refusal));
    else this.answer(refusal);
  }

  private answer(refusal?: Refusal): void {
    this.send(refusal ? grpcStatusOf(refusal) : OK);
    if (this.stream.closed || this.stream.readableEnded) return;
    const timer = setTimeout(() => this.stream.close(), REST_MS).unref();
    this.stream.once("close", () => clearTimeout(timer));
  }

  /** Calls back when the caller has gone. Returns the way to stop listening. */
  whenGone(gone: () => void): () => void {
    this.onGone.add(gone);
    return () => this.onGone.delete(gone);
  }

  private arrived(bytes: Buffer | undefined): void {
    const { reading } = this;
    this.reading = undefined;
    reading?.resolve(bytes);
  }

  private fail(refusal: Refusal): void {
    if (this.fault) return;
    this.fault = refusal;
    if (!this.stop(refusal)) this.end(refusal);
  }

  /** Refuses whoever waits for a message; false where nobody does. */
  private stop(refusal: Refusal): boolean {
    const { reading } = this;
    this.reading = undefined;
    reading?.reject(refusal);
    return reading !== undefined;
  }

  private leave(): void {
    this.gone = true;
    this.account?.end();
    if (this.reading) this.stop(new Refusal("CANCELLED", "the caller has gone"));
    for (const gone of [...this.onGone]) gone();
  }
}

/**
 * Holds what arrives on the stream of a call to limits. `fail` is told of the first that is broken; what breaks it, and what arrives
 * after it, does not reach grpc-js, which would keep it. A compressed message is refused at its head (`UNIMPLEMENTED`): grpc-js would
 * unpack it up to the largest message of all methods, and go on when the caller has gone. `whole` is told what the account holds for
 * each message.
 */
export function meterStream(
  base: ServerInterceptingCallInterface,
  limit: number,
  intake: Intake,
  fail: (refusal: Refusal) => void,
  whole: (size: number) => void = () => {},
): BodyAccount {
  const stream = streamOf(base);
  let failed = false;
  const refuse = (refusal: Refusal) => {
    if (!failed) fail(refusal);
    failed = true;
  };
  const account = new BodyAccount(intake, addressOf(base), refuse);
  const meter = new EnvelopeMeter(limit, account, {
    head: refuseCompressed,
    piece() {},
    message: (_flags, size) => whole(size),
  });
  const kept = stream.listeners("data") as ((chunk: Buffer) => void)[];
  stream.on("data", (chunk: Buffer) => {
    if (failed) return;
    try {
      meter.take(chunk);
    } catch (thrown) {
      return refuse(refusalOf(thrown));
    }
    for (const keep of kept) keep(chunk);
  });
  for (const keep of kept) stream.off("data", keep);
  stream.once("close", () => account.end());
  return account;
}

function refuseCompressed(flags: number): void {
  if (flags & COMPRESSED) throw new Refusal("UNIMPLEMENTED", "the message is compressed: send it uncompressed");
}

const ADDRESSES = new WeakMap<object, string>();

/** Address of a caller, without its port: of `192.0.2.1:443`, `2001:db8::1:443`. Asked once per connection. */
function addressOf(base: ServerInterceptingCallInterface): string {
  const { session } = streamOf(base);
  const known = session && ADDRESSES.get(session);
  if (known !== undefined) return known;
  const address = base.getPeer().replace(/:\d+$/, "");
  if (session) ADDRESSES.set(session, address);
  return address;
}

function refusalOfStatus({ code, details, metadata }: PartialStatusObject): Refusal {
  const message = details ?? "";
  if (code === status.INTERNAL && /^Invalid grpc-timeout/.test(message)) {
    return new Refusal("INVALID_FIELD", `the call is malformed: ${message}`);
  }
  const known = metadata ?? new Metadata();
  return refusalFromError(Object.assign(new Error(message), { code, details: message, metadata: known }));
}

/** Reads on without keeping anything, until all has come, nothing has come for a while, or the time is over. */
function letRestPass(stream: ServerHttp2Stream, done: () => void): void {
  stream.removeAllListeners("data");
  const quiet = setTimeout(end, QUIET_MS).unref();
  const over = setTimeout(end, PASS_MS).unref();
  stream.on("data", () => quiet.refresh());
  for (const event of ["end", "close"]) stream.once(event, end);
  stream.resume();
  let ended = false;

  function end(): void {
    clearTimeout(quiet);
    clearTimeout(over);
    if (!ended) done();
    ended = true;
  }
}

/** The HTTP/2 stream under a call. grpc-js shows it only inside; its version is pinned, and a test fails where it no longer does. */
function streamOf(base: ServerInterceptingCallInterface): ServerHttp2Stream {
  const { stream } = base as { stream?: ServerHttp2Stream };
  if (!stream) throw new TypeError("this version of grpc-js does not show the stream of a call");
  return stream;
}
