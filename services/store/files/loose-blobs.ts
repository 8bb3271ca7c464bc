import { access, opendir, readFile, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { isDigest } from "../digest.ts";
import { syncFolder } from "./pack.ts";

/** Blobs as versions before packs kept them: a file `aa/bb/<digest>` for each. They are read for ever, and moved by `ecert blobs pack`. */
export interface LooseBlobs {
  get(digest: string): Promise<Uint8Array | undefined>;
  has(digest: string): Promise<boolean>;
  /** Digests of all files that are there, in no order. */
  all(): AsyncIterable<string>;
  /** Removes the file of a digest, durably. */
  remove(digest: string): Promise<void>;
}

/** Loose blobs below a folder that exists. */
export function looseBlobs(root: string): LooseBlobs {
  const pathOf = (digest: string) => join(root, digest.slice(0, 2), digest.slice(2, 4), digest);

  async function* below(folder: string, depth: number): AsyncIterable<string> {
    for await (const entry of await opendir(folder)) {
      const { name } = entry;
      if (depth === 2 ? isDigest(name) : entry.isDirectory() && /^[0-9a-f]{2}$/.test(name)) {
        if (depth === 2) yield name;
        else yield* below(join(folder, name), depth + 1);
      }
    }
  }

  return {
    async get(digest) {
      try {
        return await readFile(pathOf(digest));
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
        throw error;
      }
    },
    has: (digest) =>
      access(pathOf(digest)).then(
        () => true,
        () => false,
      ),
    all: () => below(root, 0),
    async remove(digest) {
      await rm(pathOf(digest), { force: true });
      await syncFolder(dirname(pathOf(digest)));
    },
  };
}
