import { Worker } from "node:worker_threads";
import { Refusal } from "../domain/refusal.ts";
import type { FaceSource, PreviewOptions } from "./face.ts";
import { createFaceRenderer } from "./face.ts";
import type { AttachedFiles } from "./layout/compile-template.ts";
import type { OfdOptions } from "./ofd/compile-ofd.ts";
import type { PreparedOfd } from "./ofd/prepared-ofd.ts";
import type { PreparedPdf } from "./prepared-pdf.ts";
import type { RenderAnswer, RenderJob } from "./render-protocol.ts";
import type { SealPicture } from "./seal-picture.ts";

/** A compiled face whose files are drawn elsewhere; `CompiledFace` with promises. */
export interface PooledFace {
  readonly digest: string;
  /** As `CompiledFace.preparePdf`. Rejects with `OVERLOADED` if too many wait, `CANCELLED` once the pool is closed. */
  preparePdf(message: FaceSource, files?: AttachedFiles): Promise<PreparedPdf>;
  /** As `CompiledFace.preparePreview`; rejects as `preparePdf` does. */
  preparePreview(message: FaceSource, options: PreviewOptions): Promise<PreparedPdf>;
  /** As `CompiledFace.prepareOfd`; rejects as `preparePdf` does. */
  prepareOfd(message: FaceSource, options?: OfdOptions): Promise<PreparedOfd>;
}

/** Threads that draw faces, so that drawing never blocks a loop that serves calls. */
export interface RenderPool {
  /** As `FaceRenderer.compile`, with the same refusals. */
  compile(templateJson: string, seal: SealPicture): Promise<PooledFace>;
  /** Ends the threads; jobs that wait are rejected with `CANCELLED`. */
  close(): Promise<void>;
}

/** Options of {@link createRenderPool}. */
export interface RenderPoolOptions {
  /** Worker threads; 0 draws in the calling thread. Each holds its own fonts, about 40 MB. */
  threads: number;
  /** Jobs that may wait, all threads together. Default 1000. */
  maxWaiting?: number;
}

interface Waiting {
  job: Omit<RenderJob, "id">;
  resolve(answer: Extract<RenderAnswer, { digest: string }>): void;
  reject(error: unknown): void;
}

interface Slot {
  worker: Worker;
  /** At most one job is under way in a thread; the others wait here, where any free thread takes them. */
  current: Waiting | undefined;
}

/** Starts a pool. A thread that dies is replaced; the job that it had is rejected with `INTERNAL` and not tried again. */
export function createRenderPool({ threads, maxWaiting = 1000 }: RenderPoolOptions): RenderPool {
  return threads === 0 ? renderInline() : renderInThreads(threads, maxWaiting);
}

function renderInline(): RenderPool {
  const renderer = createFaceRenderer();
  return {
    compile: async (templateJson, seal) => {
      const face = renderer.compile(templateJson, seal);
      return {
        digest: face.digest,
        preparePdf: async (message, files) => face.preparePdf(message, files),
        preparePreview: async (message, options) => face.preparePreview(message, options),
        prepareOfd: async (message, options) => face.prepareOfd(message, options),
      };
    },
    close: async () => {},
  };
}

function renderInThreads(threads: number, maxWaiting: number): RenderPool {
  const queue: Waiting[] = [];
  const slots: Slot[] = [];
  let closed = false;
  let nextId = 1;

  const start = (): Slot => {
    const slot: Slot = { worker: new Worker(new URL("./render-worker.ts", import.meta.url)), current: undefined };
    // The pool does not keep the process alive while it has nothing to do.
    slot.worker.unref();
    slot.worker.on("message", (answer: RenderAnswer) => {
      const done = slot.current;
      slot.current = undefined;
      if (done !== undefined) settle(done, answer);
      pump();
    });
    let cause: unknown;
    slot.worker.on("error", (error) => {
      cause = error;
    });
    slot.worker.on("exit", () => {
      slot.current?.reject(closed ? cancelled() : new Error("render thread died", { cause }));
      if (closed) return;
      slots.splice(slots.indexOf(slot), 1, start());
      pump();
    });
    return slot;
  };

  const pump = (): void => {
    for (const slot of slots) {
      if (slot.current !== undefined) continue;
      slot.current = queue.shift();
      if (slot.current === undefined) {
        slot.worker.unref();
        continue;
      }
      slot.worker.ref();
      slot.worker.postMessage({ ...slot.current.job, id: nextId++ } satisfies RenderJob);
    }
  };

  const run = (job: Waiting["job"]): Promise<Extract<RenderAnswer, { digest: string }>> =>
    new Promise((resolve, reject) => {
      if (closed) return reject(cancelled());
      if (queue.length >= maxWaiting) {
        return reject(new Refusal("OVERLOADED", "too many faces wait to be drawn", { retryAfterMs: 500 }));
      }
      queue.push({ job, resolve, reject });
      pump();
    });

  const pdfOf = async (job: Waiting["job"]): Promise<PreparedPdf> => {
    const { pdf } = await run(job);
    if (pdf === undefined) throw new Error("render thread gave no PDF");
    return pdf;
  };

  for (let i = 0; i < threads; i++) slots.push(start());
  return {
    async compile(templateJson, seal) {
      const { digest } = await run({ templateJson, seal });
      return {
        digest,
        preparePdf: (message, files) => pdfOf({ templateJson, seal, order: { form: "pdf", message, files } }),
        preparePreview: (message, options) =>
          pdfOf({ templateJson, seal, order: { form: "preview", message, options } }),
        async prepareOfd(message, options) {
          const { ofd } = await run({ templateJson, seal, order: { form: "ofd", message, options } });
          if (ofd === undefined) throw new Error("render thread gave no OFD");
          return ofd;
        },
      };
    },
    async close() {
      closed = true;
      for (const waiting of queue.splice(0)) waiting.reject(cancelled());
      await Promise.all(slots.map(({ worker }) => worker.terminate()));
    },
  };
}

function settle(waiting: Waiting, answer: RenderAnswer): void {
  if ("digest" in answer) waiting.resolve(answer);
  else if ("refusal" in answer) {
    const { reason, message, fields, metadata } = answer.refusal;
    waiting.reject(new Refusal(reason, message, { fields, metadata }));
  } else waiting.reject(new Error(`face cannot be drawn: ${answer.failure}`));
}

function cancelled(): Refusal {
  return new Refusal("CANCELLED", "the render pool is closed");
}
