import { createHash, type Hash } from "node:crypto";
import { crc32 } from "node:zlib";
import { sha256Hex } from "../../domain/canonical.ts";
import { compressed, rawDeflate } from "../compress.ts";

/** A file of a package: its bytes and the form in which the archive holds them. */
export interface PackedFile {
  /** Path inside the package, `/` between the parts, none in front. ASCII. */
  path: string;
  content: Uint8Array;
  /** Compressed bytes, or `content` itself where the file is stored. */
  packed: Uint8Array;
  crc: number;
  /** Of `content`, lower-case hex. */
  sha256: string;
}

/** Kinds of files that are compressed already, or that other programs read in place. */
const STORED = /\.(png|jpe?g|esl|dat)$/;

/** Packs a file: stored for pictures, seals and signatures, deflated at `level` for everything else. */
export function packFile(path: string, content: Uint8Array, level: number): PackedFile {
  return packedFile(path, content, STORED.test(path) ? content : rawDeflate(compressed(content, level)));
}

/** A file whose bare deflate data are there already. */
export function packedFile(path: string, content: Uint8Array, packed: Uint8Array): PackedFile {
  return { path, content, packed, crc: crc32(content), sha256: sha256Hex(content) };
}

/** 1980-01-01, the earliest date of the format: the same for all files, so that it tells nothing and never changes. */
export const ZIP_DATE = 0x0021;
/** Version 2.0: deflate. */
export const ZIP_VERSION = 20;

/**
 * SHA-256 (lower-case hex) of what an archive begins with when these are its first files: their headers and packed octets. A
 * deflate stream can be written in many ways for the same content; this digest tells them apart. The first `shared` files, objects that
 * begin other packages too, are hashed once.
 */
export function archiveDigest(files: readonly PackedFile[], shared = 0): string {
  const hash = shared === 0 ? createHash("sha256") : hashOfShared(files.slice(0, shared)).copy();
  return hashed(hash, files.slice(shared)).digest("hex");
}

/** By the first of the files that all packages of a template begin with: it tells template and form of the seal. */
const known = new WeakMap<PackedFile, Hash>();

function hashOfShared(files: readonly PackedFile[]): Hash {
  const [first] = files as [PackedFile];
  const hash = known.get(first) ?? hashed(createHash("sha256"), files);
  known.set(first, hash);
  return hash;
}

function hashed(hash: Hash, files: readonly PackedFile[]): Hash {
  for (const file of files) hash.update(localHeader(file)).update(file.packed);
  return hash;
}

/** Puts a ZIP archive together, files in the order given. The same files always give the same bytes. */
export function writeZip(files: readonly PackedFile[]): Buffer {
  const bodies: Uint8Array[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const file of files) {
    const local = localHeader(file);
    bodies.push(local, file.packed);

    const name = Buffer.from(file.path, "ascii");
    const central = Buffer.alloc(46 + name.length);
    central.writeUInt32LE(0x02014b50, 0);
    central.writeUInt16LE(ZIP_VERSION, 4);
    writeCommon(central, 6, file);
    central.writeUInt16LE(name.length, 28);
    central.writeUInt32LE(offset, 42);
    name.copy(central, 46);
    directory.push(central);
    offset += local.length + file.packed.length;
  }
  const size = directory.reduce((sum, entry) => sum + entry.length, 0);
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(files.length, 8);
  end.writeUInt16LE(files.length, 10);
  end.writeUInt32LE(size, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...bodies, ...directory, end]);
}

function localHeader(file: PackedFile): Buffer {
  const name = Buffer.from(file.path, "ascii");
  const local = Buffer.alloc(30 + name.length);
  local.writeUInt32LE(0x04034b50, 0);
  writeCommon(local, 4, file);
  local.writeUInt16LE(name.length, 26);
  name.copy(local, 30);
  return local;
}

/** The part that local and central headers have in common, from the version needed to the uncompressed size. */
function writeCommon(header: Buffer, at: number, { content, packed, crc }: PackedFile): void {
  header.writeUInt16LE(ZIP_VERSION, at);
  header.writeUInt16LE(packed === content ? 0 : 8, at + 4);
  header.writeUInt16LE(ZIP_DATE, at + 8);
  header.writeUInt32LE(crc, at + 10);
  header.writeUInt32LE(packed.length, at + 14);
  header.writeUInt32LE(content.length, at + 18);
}
