import type { Upload } from "../../proto/gen/ecert/issue/v1/upload_service_pb.ts";

/** Bytes of a part, where nothing is said: what a slow line carries well within the time of one call, and 40 of them are the largest attachment. */
const PART_BYTES = 128 << 10;
/** Milliseconds until a part is tried again where the line is broken: the first time, and at most. */
const [FIRST_PAUSE_MS, LONGEST_PAUSE_MS] = [1_000, 10_000];

/** An upload, as far as it matters here. */
export type Sent = Pick<Upload, "uploadId" | "sha256" | "received" | "finished">;

/** What the node answers of an upload. */
interface Answer {
  readonly upload?: Sent | undefined;
}

/** `UploadService` as a page calls it, or what takes files in the same way. */
export interface UploadCalls {
  begin(file: { bytes: number; sha256: string }): Promise<Answer>;
  put(part: { uploadId: string; offset: number; sha256: string; content: Uint8Array }): Promise<Answer>;
  finish(which: { uploadId: string }): Promise<Answer>;
  drop(which: { uploadId: string }): Promise<unknown>;
  /** Whether an error says that nobody could answer: then the file goes on by itself as soon as somebody can. */
  isAway(error: unknown): boolean;
}

/** How far a file is. */
export interface Progress {
  readonly sent: number;
  readonly bytes: number;
  /** Seconds that the rest takes by the pace so far; absent while that cannot be told. */
  readonly secondsLeft?: number;
  /** The line is broken; it goes on by itself. */
  readonly waiting: boolean;
}

/** An upload as what takes it names it. */
export type NamedFile = Pick<Upload, "uploadId" | "sha256">;

/**
 * Hands a file in part by part and resolves to its upload, which orders name with its digest. What has come by an earlier try is not sent again. Where nobody
 * answers it waits and goes on; what the node refuses is thrown, and so is the reason of the signal. `use`: what is done with the whole file, by idempotent calls.
 */
export async function sendFile(
  content: Uint8Array,
  calls: UploadCalls,
  options: {
    onProgress: (progress: Progress) => void;
    signal: AbortSignal;
    partBytes?: number;
    use?: ((upload: NamedFile) => Promise<unknown>) | undefined;
  },
): Promise<NamedFile> {
  const { onProgress, signal, use, partBytes = PART_BYTES } = options;
  const bytes = content.length;
  const sha256 = await digestOf(content);
  let sent = 0;
  let pause = FIRST_PAUSE_MS;
  let upload: Sent | undefined;
  for (;;) {
    signal.throwIfAborted();
    try {
      // One that was used may not be begun again: where the answer to that was lost, only the use is repeated.
      if (!upload?.finished) upload = required((await calls.begin({ bytes, sha256 })).upload);
      const pace = paceFrom(upload.received);
      while (!upload.finished) {
        signal.throwIfAborted();
        sent = upload.received;
        onProgress({ sent, bytes, waiting: false, ...pace(sent, bytes) });
        upload = required((await next(content, upload, partBytes, calls)).upload);
        pause = FIRST_PAUSE_MS;
      }
      sent = bytes;
      onProgress({ sent, bytes, waiting: false });
      await use?.(upload);
      return upload;
    } catch (error) {
      signal.throwIfAborted();
      if (!calls.isAway(error)) throw error;
      onProgress({ sent, bytes, waiting: true });
      await untilBack(pause, signal);
      pause = Math.min(2 * pause, LONGEST_PAUSE_MS);
    }
  }
}

/** The next part, or with the last one behind it the end. */
async function next(
  content: Uint8Array,
  { uploadId, received: offset }: Sent,
  partBytes: number,
  calls: UploadCalls,
): Promise<Answer> {
  if (offset === content.length) return calls.finish({ uploadId });
  const part = content.slice(offset, offset + partBytes);
  return calls.put({ uploadId, offset, sha256: await digestOf(part), content: part });
}

/** Seconds that are left by the pace since some bytes had been sent. */
function paceFrom(before: number) {
  const begun = performance.now();
  return (sent: number, bytes: number): { secondsLeft?: number } => {
    if (sent <= before) return {};
    return { secondsLeft: Math.ceil(((performance.now() - begun) / 1_000 / (sent - before)) * (bytes - sent)) };
  };
}

/** Waits for a while, or until the browser says that it is on line again. */
function untilBack(pauseMs: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      removeEventListener("online", done);
      signal.removeEventListener("abort", done);
      resolve();
    };
    const timer = setTimeout(done, pauseMs);
    addEventListener("online", done);
    signal.addEventListener("abort", done);
  });
}

async function digestOf(content: Uint8Array): Promise<string> {
  const digest = await crypto.subtle.digest("SHA-256", content as Uint8Array<ArrayBuffer>);
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

function required(upload: Sent | undefined): Sent {
  if (upload) return upload;
  throw new TypeError("an answer without its upload");
}
