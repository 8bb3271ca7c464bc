import { digestOf } from "../../domain/canonical.ts";
import type { PackedFile } from "./zip-write.ts";

/** Folder of the signature and of all that belongs to it. */
export const SIGNS = "Doc_0/Signs/";

/**
 * A face as OFD that waits for its signature: everything but the folder of signatures. The same template, seal picture and
 * message give the same files in every process.
 */
export interface PreparedOfd {
  /** In the order of the package. */
  files: PackedFile[];
  /** So many of them are the first of all packages of the template, and the same objects in one process. */
  shared: number;
  /** The face's digest in the data message: see {@link faceDigest}. */
  digest: string;
  /** When it is signed: `metadata.preparedAt`, so that the signature file follows from the message alone. */
  time: string;
  /** Where the seal stands. */
  stamp: { pageId: number; boundary: string };
  /**
   * True if an electronic seal (GB/T 38540) will be stamped on it: its own picture is what readers show, so the page does
   * not draw one.
   */
  sealed: boolean;
}

/**
 * The digest of an OFD face: SHA-256 (hex) over the canonical JSON object of path → SHA-256 (hex) of all files outside the
 * folder of signatures. It is known before a seal, a key or an algorithm is, and from it and the message the signer
 * derives all that it signs.
 */
export function faceDigest(files: Iterable<{ path: string; sha256: string }>): string {
  const digests: Record<string, string> = {};
  for (const { path, sha256 } of files) if (!path.startsWith(SIGNS)) digests[path] = sha256;
  return digestOf(digests);
}
