import type { Readable } from "node:stream";
import { Refusal } from "../../domain/refusal.ts";

/** Reads a body chunk by chunk, and not one chunk more than was asked for. */
export class ChunkReader {
  private readonly body: Readable;
  private waiting: { resolve(chunk: Buffer | undefined): void; reject(reason: unknown): void } | undefined;
  private fault: unknown;
  private ended = false;

  constructor(body: Readable) {
    this.body = body;
    body.pause();
    body.on("data", this.onData);
    body.once("end", this.onEnd);
    body.on("error", this.onGone);
    body.once("close", this.onGone);
  }

  /** The next chunk; `undefined` at the end. Rejects with `CANCELLED` where the caller has gone, and after {@link stop}. */
  next(): Promise<Buffer | undefined> {
    return new Promise((resolve, reject) => {
      if (this.fault !== undefined) return reject(this.fault);
      if (this.ended || this.body.readableEnded) return resolve(undefined);
      this.waiting = { resolve, reject };
      this.body.resume();
    });
  }

  /** Reads no more; whoever waits is refused. What is still on its way is for the owner of the connection. */
  stop(reason: Refusal): void {
    this.fault ??= reason;
    this.body.off("data", this.onData);
    this.body.off("end", this.onEnd);
    this.take()?.reject(this.fault);
  }

  private take() {
    const { waiting } = this;
    this.waiting = undefined;
    return waiting;
  }

  private readonly onData = (chunk: Buffer): void => {
    this.body.pause();
    this.take()?.resolve(chunk);
  };

  private readonly onEnd = (): void => {
    this.ended = true;
    this.take()?.resolve(undefined);
  };

  private readonly onGone = (): void => {
    if (!this.ended) this.stop(new Refusal("CANCELLED", "the caller has gone"));
  };
}
