import { randomUUID } from "node:crypto";
import { type FileHandle, open } from "node:fs/promises";
import { join } from "node:path";

/** Bytes in front of each blob of a pack: mark, length, digest. By them a pack can be read without its index. */
export const HEADER_BYTES = 40;
const MARK = Buffer.from("ECB1");
/** Bytes from which on the next blob goes into a new pack. */
const PACK_BYTES = 256 * 1024 * 1024;

/** Where the bytes of a blob lie. */
export interface Place {
  /** File name of the pack. */
  readonly pack: string;
  /** Offset of the first byte, behind the blob's header. */
  readonly at: number;
  readonly length: number;
}

/** A blob with its name. */
export interface NamedBlob {
  readonly digest: string;
  readonly bytes: Uint8Array;
}

/** Appends blobs to packs of its own. One at a time: callers MUST await each group before the next. */
export interface PackWriter {
  /** Writes a group with one write and one sync; resolves once all of it is durable. After a failure nothing of the group counts. */
  append(blobs: readonly NamedBlob[]): Promise<Place[]>;
  close(): Promise<void>;
}

/** Header of a blob in a pack. */
function headerOf({ digest, bytes }: NamedBlob): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(bytes.length);
  return Buffer.concat([MARK, length, Buffer.from(digest, "hex")]);
}

/** Length and digest that a header tells, or `undefined` where there is none. */
export function readHeader(header: Uint8Array): { digest: string; length: number } | undefined {
  const bytes = Buffer.from(header.buffer, header.byteOffset, header.byteLength);
  if (bytes.length < HEADER_BYTES || !bytes.subarray(0, 4).equals(MARK)) return undefined;
  return { length: bytes.readUInt32BE(4), digest: bytes.toString("hex", 8, HEADER_BYTES) };
}

/** Creates the writer of a folder that exists. Its first pack is made with the first group. Each process has packs of its own, so none waits for another. */
export function createPackWriter(folder: string): PackWriter {
  type Open = { name: string; file: FileHandle; size: number };
  let current: Open | undefined;

  async function packFor(): Promise<Open> {
    if (current !== undefined && current.size < PACK_BYTES) return current;
    await current?.file.close();
    current = undefined;
    const name = `${randomUUID()}.pack`;
    const file = await open(join(folder, name), "wx", 0o600);
    await syncFolder(folder);
    current = { name, file, size: 0 };
    return current;
  }

  return {
    async append(blobs) {
      const pack = await packFor();
      const places: Place[] = [];
      const pieces: Uint8Array[] = [];
      let end = pack.size;
      for (const blob of blobs) {
        pieces.push(headerOf(blob), blob.bytes);
        places.push({ pack: pack.name, at: end + HEADER_BYTES, length: blob.bytes.length });
        end += HEADER_BYTES + blob.bytes.length;
      }
      try {
        await writeAll(pack.file, pieces, pack.size, end - pack.size);
        await pack.file.datasync();
      } catch (error) {
        // What a failed sync left in memory is nobody's to tell: the rest goes into another pack.
        current = undefined;
        await pack.file.truncate(pack.size).catch(() => undefined);
        await pack.file.close().catch(() => undefined);
        throw error;
      }
      pack.size = end;
      return places;
    },

    async close() {
      await current?.file.close();
      current = undefined;
    },
  };
}

async function writeAll(file: FileHandle, pieces: readonly Uint8Array[], at: number, length: number): Promise<void> {
  let { bytesWritten } = await file.writev(pieces, at);
  if (bytesWritten === length) return;
  // A nearly full disk takes a part; the next write tells why.
  const whole = Buffer.concat(pieces);
  while (bytesWritten < length)
    bytesWritten += (await file.write(whole, bytesWritten, length - bytesWritten, at + bytesWritten)).bytesWritten;
}

/** Makes names of a folder durable. */
export async function syncFolder(path: string): Promise<void> {
  await using folder = await open(path, "r");
  await folder.sync();
}
