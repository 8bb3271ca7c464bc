import { createThreadPool, type ThreadPoolOptions } from "../base/thread-pool.ts";
import type { FieldViolation } from "../domain/refusal.ts";
import type { PreviewOptions } from "./face.ts";
import type { FaceSource } from "./face-source.ts";
import { type FontFile, readFontFile } from "./font/font-file.ts";
import type { AttachedFiles } from "./layout/compile-template.ts";
import type { OfdOptions } from "./ofd/compile-ofd.ts";
import type { PreparedOfd } from "./ofd/prepared-ofd.ts";
import type { PreparedPdf } from "./prepared-pdf.ts";
import type { RenderAnswer, RenderJob } from "./render-protocol.ts";
import { keepShared } from "./render-shared.ts";
import type { RoomContent } from "./room/room-content.ts";
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
  /** Both in one job, which lays out once and makes each subset of a font once; rejects as `preparePdf` does. */
  prepareBoth(message: FaceSource, options?: OfdOptions): Promise<PreparedFaces>;
}

/** A face in both forms, ready to be signed. */
export interface PreparedFaces {
  pdf: PreparedPdf;
  ofd: PreparedOfd;
}

/** Threads that draw faces, so that drawing never blocks a loop that serves calls. */
export interface RenderPool {
  /** As `FaceRenderer.compile`, with the same refusals. */
  compile(templateJson: string, seal: SealPicture): Promise<PooledFace>;
  /** As `roomFaults`: what the widest data of an item have no room for on a template. Throws `INVALID_FIELD` for faults of its form. */
  roomFaults(templateJson: string, content: RoomContent): Promise<FieldViolation[]>;
  /** Something is about to be drawn: a thread starts, where none runs, and makes itself ready meanwhile. */
  warm(): void;
  /** Ends the threads; jobs that wait are rejected with `CANCELLED`. */
  close(): Promise<void>;
}

/** Options of {@link createRenderPool}. */
export interface RenderPoolOptions {
  /** Worker threads; 0 draws in the calling thread. Each holds its own fonts: about 40 MB, and 30 more from the first rare character on. */
  threads: number;
  /** Jobs that may wait, all threads together. Default 1000. */
  maxWaiting?: number;
  /** As for `createThreadPool`: milliseconds after which a thread that draws nothing is ended. Default: they stay. */
  idleMs?: number;
  /** Milliseconds that one job may take in its thread: then it is refused (`DEADLINE_EXCEEDED`). Default: no limit. */
  maxMs?: number;
  /** As for `createThreadPool`. Default: no limit. */
  resourceLimits?: ThreadPoolOptions["resourceLimits"];
  /** As for `createFaceRenderer`. Read here and now, so that a file that is missing or another one is found at start. */
  fonts?: readonly FontFile[] | undefined;
}

/** Creates a pool; see `createThreadPool` for what becomes of a thread that dies. Throws `INVALID_FIELD` for fonts that cannot be used. */
export function createRenderPool(options: RenderPoolOptions): RenderPool {
  const { threads, fonts } = options;
  for (const font of fonts ?? []) readFontFile(font);
  return threads === 0 ? renderHere(fonts) : renderInThreads(options);
}

/** What draws is loaded with the first face: by those who have threads never, so that a start does without it. */
function renderHere(fonts: RenderPoolOptions["fonts"]): RenderPool {
  let renderer: Promise<Pick<RenderPool, "compile" | "roomFaults">> | undefined;
  const drawing = () => {
    renderer ??= import("./render-inline.ts").then(({ renderInline }) => renderInline(fonts));
    return renderer;
  };
  return {
    compile: async (templateJson, seal) => (await drawing()).compile(templateJson, seal),
    roomFaults: async (templateJson, content) => (await drawing()).roomFaults(templateJson, content),
    warm: () => {},
    close: async () => {},
  };
}

function renderInThreads({
  threads,
  maxWaiting = 1000,
  maxMs,
  fonts,
  idleMs,
  resourceLimits,
}: RenderPoolOptions): RenderPool {
  const pool = createThreadPool<RenderJob, RenderAnswer>({
    entry: new URL("./render-worker.ts", import.meta.url),
    what: "a face",
    threads,
    maxWaiting,
    ...(maxMs !== undefined && { maxMs }),
    workerData: { fonts },
    ...(idleMs !== undefined && { idleMs }),
    ...(resourceLimits !== undefined && { resourceLimits }),
  });
  const pdfOf = async (job: RenderJob): Promise<PreparedPdf> => {
    const { pdf } = await pool.run(job);
    if (pdf === undefined) throw new Error("render thread gave no PDF");
    return pdf;
  };
  return {
    async compile(templateJson, seal) {
      const { digest } = await pool.run({ templateJson, seal });
      const shared = keepShared();
      const drawn = async (form: "ofd" | "both", message: FaceSource, options: OfdOptions | undefined) => {
        const sealed = options?.sealed ?? false;
        const order = { form, message, options, hasShared: shared.has(sealed) };
        const { pdf, ofd } = await pool.run({ templateJson, seal, order });
        if (ofd === undefined) throw new Error("render thread gave no OFD");
        return { pdf, ofd: order.hasShared ? shared.join(ofd) : shared.keep(ofd) };
      };
      return {
        digest,
        preparePdf: (message, files) => pdfOf({ templateJson, seal, order: { form: "pdf", message, files } }),
        preparePreview: (message, options) =>
          pdfOf({ templateJson, seal, order: { form: "preview", message, options } }),
        async prepareBoth(message, options) {
          const { pdf, ofd } = await drawn("both", message, options);
          if (pdf === undefined) throw new Error("render thread gave no PDF");
          return { pdf, ofd };
        },
        prepareOfd: async (message, options) => (await drawn("ofd", message, options)).ofd,
      };
    },
    async roomFaults(templateJson, room) {
      const { faults } = await pool.run({ templateJson, room });
      if (faults === undefined) throw new Error("render thread told nothing of the room");
      return faults;
    },
    warm: () => pool.warm(),
    close: () => pool.close(),
  };
}
