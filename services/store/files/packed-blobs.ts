import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { createGroups } from "../../base/groups.ts";
import { RECIPE_HEAD } from "../../document/pieces/recipe.ts";
import { fileFailure } from "../failure.ts";
import { type SplitBlobs, splitBlobs } from "../split-blobs.ts";
import { type LooseBlobs, looseBlobs } from "./loose-blobs.ts";
import { createPackWriter, type NamedBlob, type Place } from "./pack.ts";
import { createPackReader, type PackReader } from "./pack-reader.ts";

/** Folder of packs below the folder of blobs. */
export const PACKS = "packs";
/** Blobs, and bytes, that share one write and one sync. */
const GROUP_BLOBS = 256;
const GROUP_BYTES = 32 * 1024 * 1024;

/** Which blob lies where. Kept by the engine, so that processes that share a store share it. */
export interface PlaceIndex {
  find(digest: string): Place | undefined;
  /** Stores places durably; one that is known already is replaced. */
  add(places: readonly (Place & { digest: string })[]): Promise<void>;
  /** Places in the order of digests, behind one. */
  page(after: string, limit: number): (Place & { digest: string })[];
  /** Bytes of all blobs that are named. */
  bytes(): number;
}

/** Blobs in packs, with what commands that look after them need. */
export interface PackedBlobs extends SplitBlobs {
  readonly folder: string;
  readonly index: PlaceIndex;
  readonly reader: PackReader;
  readonly loose: LooseBlobs;
  close(): Promise<void>;
}

/**
 * Blobs of the embedded engine: appended to packs, a group with one sync, then named in the index with one transaction. What a process that dies leaves
 * in a pack without a name is never read. Files of certificates are split (`splitBlobs`); every read is checked against the digest. Two faces of 130 KB cost a third of the processor time of a file for
 * each, 16 or more at a time; what is left is the digest and the write. Blobs that versions before left as files are read too.
 */
export async function openPackedBlobs(root: string, index: PlaceIndex): Promise<PackedBlobs> {
  const folder = join(root, PACKS);
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 });
  } catch (error) {
    throw fileFailure(error, `the blob folder ${root}`);
  }
  const writer = createPackWriter(folder);
  const reader = createPackReader(folder);
  const loose = looseBlobs(root);
  const groups = createGroups(store, {
    members: GROUP_BLOBS,
    weight: GROUP_BYTES,
    weigh: ({ bytes }: NamedBlob) => bytes.length,
  });

  async function store(blobs: readonly NamedBlob[]): Promise<PromiseSettledResult<void>[]> {
    const places = await writer.append(blobs).catch((error) => {
      throw fileFailure(error, "a blob");
    });
    await index.add(places.map((place, at) => ({ ...place, digest: (blobs[at] as NamedBlob).digest })));
    return blobs.map(() => ({ status: "fulfilled", value: undefined }));
  }

  /** Whether it is named, and its pack reaches that far: a pack may have been put back from an older copy. */
  async function packed(digest: string): Promise<boolean> {
    const place = index.find(digest);
    return place !== undefined && (await reader.reaches(place));
  }

  async function find(digest: string): Promise<Uint8Array | undefined> {
    const place = index.find(digest);
    const found = (place && (await reader.read(place))) ?? (await loose.get(digest));
    if (found !== undefined || place !== undefined) return found;
    // It may have been moved between the two looks.
    const since = index.find(digest);
    return since && reader.read(since);
  }

  /** What goes wrong in files is told as a fault of the store. */
  const told = <T>(work: Promise<T>): Promise<T> =>
    work.catch((error) => {
      throw fileFailure(error, "a blob");
    });

  async function head(digest: string): Promise<Uint8Array | undefined> {
    const place = index.find(digest);
    const found = place && (await reader.read({ ...place, length: Math.min(RECIPE_HEAD, place.length) }));
    return found ?? find(digest);
  }

  return {
    ...splitBlobs({
      add: (digest, bytes) => told(groups.add({ digest, bytes })),
      get: (digest) => told(find(digest)),
      head: (digest) => told(head(digest)),
      holds: (digest) => told(packed(digest)),
      has: (digest) => told(packed(digest).then((is) => is || loose.has(digest))),
    }),
    folder,
    index,
    reader,
    loose,

    async close() {
      await groups.idle();
      await writer.close();
      await reader.close();
    },
  };
}
