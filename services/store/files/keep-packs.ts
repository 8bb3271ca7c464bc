import { open, readdir } from "node:fs/promises";
import { join } from "node:path";
import { sha256 } from "../digest.ts";
import { HEADER_BYTES, readHeader } from "./pack.ts";
import type { PackedBlobs } from "./packed-blobs.ts";

/** What is told while blobs are looked through: bytes that are done, and of how many. */
export type Told = (done: number, whole: number) => void;

/** What a check found. */
export interface BlobsChecked {
  /** Blobs that are named, and are what their name says. */
  good: number;
  /** Bytes that they take. */
  bytes: number;
  /** Those among them that are joined from a shared front and a recipe, and come out as their name says. */
  split: number;
  /** Named blobs that are something else than their name says, or whose shared front is missing. */
  damaged: string[];
  /** Named blobs of which the pack is missing, or ends before. */
  missing: string[];
  /** Blobs in packs that have no name, or another place has it: left by processes that died. They do no harm. */
  unnamed: number;
  /** Blobs that lie as files of a version before. */
  loose: number;
}

/** Places that are read from the index at once. */
const PAGE = 1_000;
/** Loose blobs that are moved together. */
const MOVED_AT_ONCE = 32;

/** Reads every blob and compares it with its name (fsck). May run beside a node; what that stores meanwhile may be left out. Throws what the file system throws. */
export async function checkBlobs(blobs: PackedBlobs, tell: Told = () => undefined): Promise<BlobsChecked> {
  const found: BlobsChecked = { good: 0, bytes: 0, split: 0, damaged: [], missing: [], unnamed: 0, loose: 0 };
  const whole = blobs.index.bytes();
  let done = 0;
  for (const place of allPlaces(blobs)) {
    const kept = await blobs.reader.read(place);
    const rebuilt = kept && (await blobs.rebuild(place.digest, kept));
    if (kept === undefined) found.missing.push(place.digest);
    else if (rebuilt === undefined) found.damaged.push(place.digest);
    else {
      found.good++;
      if (rebuilt.split) found.split++;
      found.bytes += place.length;
    }
    done += place.length;
    tell(done, whole);
  }
  for (const pack of (await readdir(blobs.folder)).sort()) found.unnamed += await unnamedIn(blobs, pack);
  for await (const digest of blobs.loose.all()) {
    found.loose++;
    const bytes = await blobs.loose.get(digest);
    if (bytes !== undefined && sha256(bytes) !== digest) found.damaged.push(digest);
  }
  return found;
}

/** Moves blobs that lie as files of a version before into packs; gives how many, and which stayed since they are damaged. May run beside a node, be ended and be run again. */
export async function packLoose(
  blobs: PackedBlobs,
  tell: Told = () => undefined,
): Promise<{ moved: number; damaged: string[] }> {
  let whole = 0;
  for await (const _ of blobs.loose.all()) whole++;
  const damaged: string[] = [];
  let moved = 0;
  const move = async (digest: string) => {
    const bytes = await blobs.loose.get(digest);
    if (bytes === undefined) return;
    if (sha256(bytes) === digest) {
      await blobs.put(bytes);
      await blobs.loose.remove(digest);
      moved++;
    } else damaged.push(digest);
    tell(moved + damaged.length, whole);
  };
  // Several at once share the sync of their pack.
  let several: string[] = [];
  for await (const digest of blobs.loose.all()) {
    several.push(digest);
    if (several.length < MOVED_AT_ONCE) continue;
    await Promise.all(several.map(move));
    several = [];
  }
  await Promise.all(several.map(move));
  return { moved, damaged };
}

function* allPlaces({ index }: PackedBlobs) {
  for (let after = ""; ; ) {
    const places = index.page(after, PAGE);
    yield* places;
    const last = places.at(-1);
    if (last === undefined || places.length < PAGE) return;
    after = last.digest;
  }
}

/** Blobs of a pack to which no name leads. Goes from header to header; what follows the first that is none was torn. */
async function unnamedIn({ folder, index }: PackedBlobs, pack: string): Promise<number> {
  await using file = await open(join(folder, pack), "r");
  const header = Buffer.alloc(HEADER_BYTES);
  let unnamed = 0;
  for (let at = 0; ; ) {
    const { bytesRead } = await file.read(header, 0, HEADER_BYTES, at);
    const blob = readHeader(header.subarray(0, bytesRead));
    if (blob === undefined) return unnamed;
    at += HEADER_BYTES;
    const place = index.find(blob.digest);
    if (place?.pack !== pack || place.at !== at) unnamed++;
    at += blob.length;
  }
}
