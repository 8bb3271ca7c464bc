import { createHash } from "node:crypto";
import { BoundedMemory } from "../base/bounded-memory.ts";
import { type RevocationList, readRevocationList, revocationListDer } from "./crl.ts";

/** Reads a revocation list, PEM or DER, as {@link readRevocationList} does. */
export type ListReader = (text: string | Uint8Array) => RevocationList;

/** Octets of lists that a memory keeps; what is parsed of them takes some ten times as much. */
const REMEMBERED_BYTES = 8 << 20;

/**
 * A reader that remembers lists by the SHA-256 of their octets, the least lately asked for going first: a list of a megabyte takes a
 * tenth of a second to parse, and every file that was extended holds the same one. For lists that come from the own side; a
 * stranger could fill the memory. `read` is what it asks for lists that it does not know.
 */
export function createListMemory(read: ListReader = readRevocationList, maxBytes = REMEMBERED_BYTES): ListReader {
  const known = new BoundedMemory<string, RevocationList>(maxBytes);
  return (text) => {
    const der = revocationListDer(text);
    const digest = createHash("sha256").update(der).digest("hex");
    const list = known.get(digest) ?? read(der);
    known.renew(digest, list, list.der.length);
    return list;
  };
}
