import { type FileHandle, open } from "node:fs/promises";
import { join } from "node:path";
import type { Place } from "./pack.ts";

/** Packs that are kept open for reading. */
const KEPT_OPEN = 64;

/** Reads what lies in packs of a folder, also in those that other processes write. */
export interface PackReader {
  /** The bytes at a place, or `undefined` where the pack is missing or ends before. */
  read(place: Place): Promise<Uint8Array | undefined>;
  /** Whether the pack is there and reaches to the end of the place. */
  reaches(place: Place): Promise<boolean>;
  close(): Promise<void>;
}

/** Creates the reader of a folder. Throws what the file system throws. */
export function createPackReader(folder: string): PackReader {
  const opened = new Map<string, Promise<FileHandle | undefined>>();
  const sizes = new Map<string, number>();

  function fileOf(pack: string): Promise<FileHandle | undefined> {
    const known = opened.get(pack);
    if (known !== undefined) return known;
    const file = open(join(folder, pack), "r").catch((error: NodeJS.ErrnoException) => {
      opened.delete(pack);
      if (error.code === "ENOENT") return undefined;
      throw error;
    });
    opened.set(pack, file);
    file.catch(() => opened.delete(pack));
    const [oldest] = opened.keys();
    if (opened.size > KEPT_OPEN && oldest !== undefined) {
      const ending = opened.get(oldest);
      opened.delete(oldest);
      // Closing waits for the reads that are under way.
      void ending?.then((handle) => handle?.close()).catch(() => undefined);
    }
    return file;
  }

  return {
    async read({ pack, at, length }) {
      const file = await fileOf(pack);
      if (file === undefined) return undefined;
      const bytes = Buffer.allocUnsafeSlow(length);
      let done = 0;
      while (done < length) {
        const { bytesRead } = await file.read(bytes, done, length - done, at + done);
        if (bytesRead === 0) return undefined;
        done += bytesRead;
      }
      return bytes;
    },

    async reaches({ pack, at, length }) {
      if ((sizes.get(pack) ?? 0) >= at + length) return true;
      const file = await fileOf(pack);
      if (file === undefined) return false;
      const { size } = await file.stat();
      sizes.set(pack, size);
      return size >= at + length;
    },

    async close() {
      const ending = [...opened.values()];
      opened.clear();
      for (const file of ending) await (await file.catch(() => undefined))?.close();
    },
  };
}
