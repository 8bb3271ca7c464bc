import { type NamedFile, type Progress, sendFile, type UploadCalls } from "../file-view/send-file.ts";
import { type ChosenFile, forgetFile, keepFile, keptFiles } from "./kept-files.ts";

/** A file on its way. */
export interface SentFile {
  readonly name: string;
  readonly mediaType: string;
  readonly bytes: number;
  readonly kind?: number;
  readonly progress: Progress;
  /** The node has the whole file. */
  readonly sent: boolean;
  /** Why the node has not taken it. */
  readonly fault?: unknown;
}

/** An attachment as an order names it. */
export interface NamedUpload {
  readonly name: string;
  readonly mediaType: string;
  readonly uploadId: string;
  /** Hex. */
  readonly sha256: string;
}

/** The files of one draft. */
export interface SentFiles {
  list(): readonly SentFile[];
  /** Adds a file, in the place of one of that name, and begins to send it. */
  add(file: ChosenFile): void;
  /** Sends a file once more that was not taken. */
  retry(name: string): void;
  /** Takes a file out: what was sent of it is given up. */
  remove(name: string): void;
  /** Resolves when the node has all of them; rejects with what it refuses. Those that were sent a while ago are asked for again. */
  all(): Promise<NamedUpload[]>;
  /** Takes all of them out. */
  clear(): void;
  /** What names them was taken: nothing of them, or of the one of that name, is needed any more. */
  forget(name?: string): void;
  /** The page is left: what is kept goes on when it is opened again. */
  stop(): void;
}

interface Sending {
  readonly file: ChosenFile;
  readonly stop: AbortController;
  upload: ReturnType<typeof sendFile>;
  shown: SentFile;
}

/** What becomes of a file that the node has; once that is done, it is none of the draft any more. Asked for again where nobody has answered. */
export type UseFile = (file: ChosenFile, upload: NamedFile, signal: AbortSignal) => Promise<unknown>;

/** Opens the files of a draft and goes on with what was not sent yet. `changed` is called whenever the list is another. Without `use` they wait for {@link SentFiles.all}. */
export function openSentFiles(draft: string, calls: UploadCalls, changed: () => void, use?: UseFile): SentFiles {
  const sending = new Map<string, Sending>();
  let stopped = false;

  function begin(file: ChosenFile): Sending {
    const { name, mediaType, content, kind } = file;
    const bytes = content.size;
    const said = { name, mediaType, bytes, ...(kind !== undefined && { kind }) };
    const one: Sending = {
      file,
      stop: new AbortController(),
      upload: Promise.resolve({ uploadId: "", sha256: "" }),
      shown: { ...said, sent: false, progress: { sent: 0, bytes, waiting: false } },
    };
    one.upload = send(one);
    return one;
  }

  function send(one: Sending): Sending["upload"] {
    const show = (change: Partial<SentFile>) => {
      one.shown = { ...one.shown, ...change };
      changed();
    };
    const { file, stop } = one;
    const { signal } = stop;
    const upload = file.content.arrayBuffer().then((octets) =>
      sendFile(new Uint8Array(octets), calls, {
        signal,
        onProgress: (progress) => show({ progress }),
        use: use && ((named) => use(file, named, signal)),
      }),
    );
    upload.then(
      () => (use ? files.forget(file.name) : show({ sent: true, fault: undefined })),
      (fault: unknown) => signal.aborted || show({ fault }),
    );
    return upload;
  }

  const files: SentFiles = {
    list: () => [...sending.values()].map(({ shown }) => shown),
    add(file) {
      files.remove(file.name);
      sending.set(file.name, begin(file));
      void keepFile(draft, file);
      changed();
    },
    retry(name) {
      const one = sending.get(name);
      if (one?.shown.fault === undefined) return;
      one.shown = { ...one.shown, fault: undefined };
      one.upload = send(one);
      changed();
    },
    remove(name) {
      const one = sending.get(name);
      if (!one) return;
      sending.delete(name);
      one.stop.abort();
      void forgetFile(draft, name);
      // What cannot be given up now ends by itself.
      one.upload.then(({ uploadId }) => calls.drop({ uploadId })).catch(() => {});
      changed();
    },
    async all() {
      const named: NamedUpload[] = [];
      for (const one of sending.values()) {
        await one.upload.catch(() => {});
        // Asked again, the node tells at once that it has all of it; an upload whose time is over is sent once more.
        one.upload = send(one);
        const { name, mediaType } = one.file;
        const { uploadId, sha256 } = await one.upload;
        named.push({ name, mediaType, uploadId, sha256 });
      }
      return named;
    },
    clear() {
      for (const name of [...sending.keys()]) files.remove(name);
    },
    forget(only) {
      for (const [name, { stop }] of sending) {
        if (only !== undefined && name !== only) continue;
        stop.abort();
        void forgetFile(draft, name);
        sending.delete(name);
      }
      changed();
    },
    stop() {
      stopped = true;
      for (const { stop } of sending.values()) stop.abort();
    },
  };
  keptFiles(draft).then((kept) => {
    if (stopped) return;
    for (const file of kept) if (!sending.has(file.name)) sending.set(file.name, begin(file));
    changed();
  });
  return files;
}
