import { randomUUID } from "node:crypto";
import { access, mkdir, open, readdir, readFile, rename, rm, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import { createSingleFlight } from "../../base/single-flight.ts";
import { Refusal } from "../../domain/refusal.ts";
import { isDigest, sha256 } from "../digest.ts";
import { fileFailure } from "../failure.ts";
import type { Blobs } from "../port.ts";

/** Age in milliseconds from which a temporary file must be the leftover of a process that died. */
const ABANDONED_MS = 3_600_000;

/** How many digests this process remembers as durable, so that storing them again costs no disk access. */
const REMEMBERED = 10_000;

/**
 * Blobs as files `aa/bb/<digest>` under one folder. A file is written under a temporary name, synced and renamed, and the
 * folder is synced before the promise resolves: a blob is either whole and durable or not there. Several processes may
 * share the folder. Files were measured against rows of the SQLite file for 60 KB certificates: as fast, and the database
 * and its log stay small.
 */
export async function openFileBlobs(root: string): Promise<Blobs> {
  const durable = new Set<string>();
  const folders = new Map<string, Promise<void>>();
  const underway = createSingleFlight<void>();
  const temporary = join(root, "tmp");
  try {
    await mkdir(temporary, { recursive: true, mode: 0o700 });
    await removeAbandoned(temporary);
  } catch (error) {
    throw fileFailure(error, `the blob folder ${root}`);
  }

  const folderOf = (digest: string) => join(root, digest.slice(0, 2), digest.slice(2, 4));

  /** Makes a digest's folder and syncs the folders that name it; once per process, since another may not have synced. */
  function ensureFolder(folder: string): Promise<void> {
    const known = folders.get(folder);
    if (known !== undefined) return known;
    const made = (async () => {
      await mkdir(folder, { recursive: true, mode: 0o700 });
      await syncFolder(dirname(folder));
      await syncFolder(root);
    })();
    folders.set(folder, made);
    made.catch(() => folders.delete(folder));
    return made;
  }

  async function write(digest: string, bytes: Uint8Array): Promise<void> {
    const folder = folderOf(digest);
    const path = join(folder, digest);
    await ensureFolder(folder);
    // A file that another process just renamed may not be durable yet: its folder is synced here too.
    if (!(await exists(path))) {
      const draft = join(temporary, randomUUID());
      try {
        await writeSynced(draft, bytes);
        await rename(draft, path);
      } catch (error) {
        await rm(draft, { force: true });
        throw error;
      }
    }
    await syncFolder(folder);
    durable.add(digest);
    if (durable.size > REMEMBERED) durable.clear();
  }

  return {
    async put(bytes) {
      const digest = sha256(bytes);
      if (durable.has(digest)) return digest;
      try {
        await underway.run(digest, () => write(digest, bytes));
      } catch (error) {
        throw fileFailure(error, "a blob");
      }
      return digest;
    },

    async get(digest) {
      if (!isDigest(digest)) return undefined;
      let bytes: Uint8Array;
      try {
        bytes = await readFile(join(folderOf(digest), digest));
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
        throw fileFailure(error, "a blob");
      }
      if (sha256(bytes) !== digest)
        throw new Refusal("INTERNAL", `blob ${digest} is damaged`, { metadata: { digest } });
      return bytes;
    },

    async has(digest) {
      return isDigest(digest) && exists(join(folderOf(digest), digest));
    },
  };
}

async function writeSynced(path: string, bytes: Uint8Array): Promise<void> {
  await using file = await open(path, "wx", 0o600);
  await file.writeFile(bytes);
  // The length is metadata that reading needs, so datasync writes it too; the times may be lost.
  await file.datasync();
}

async function syncFolder(path: string): Promise<void> {
  await using folder = await open(path, "r");
  await folder.sync();
}

async function removeAbandoned(folder: string): Promise<void> {
  for (const name of await readdir(folder)) {
    const path = join(folder, name);
    const found = await stat(path).catch(() => undefined);
    if (found !== undefined && Date.now() - found.mtimeMs > ABANDONED_MS) await rm(path, { force: true });
  }
}

function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
