import { compareAndSet } from "../store/compare-and-set.ts";
import type { Collection, CollectionSpec, Store, Stored } from "../store/port.ts";

/** The head, or a piece, of the register that a service has kept. A register may be larger than a document of the store. */
export interface KeptPart extends Stored {
  /** When the register was made, RFC 3339. */
  builtAt: string;
  /** Of the head: its pieces. */
  pieces?: number;
  /** Of a piece, base64. */
  content?: string;
}

/** The last good register of issuers, so that a service judges after a restart while the province is away. */
export const KEPT_REGISTER: CollectionSpec = {
  name: "issuer_register",
  indexes: [{ name: "built", fields: ["builtAt"] }],
};

const HEAD = "head";
/** Bytes of one piece: with base64 well below the 15 MiB of a document. */
const PIECE_BYTES = 3 << 20;
/** A register has less than 32 MiB. */
const MAX_PIECES = 11;

/** What is kept of a register. */
export interface KeptRegister {
  /** The register last kept, as octets that the caller must check again; `undefined` where there is none, or not all of it. */
  read(): Promise<{ builtAt: string; bytes: Uint8Array } | undefined>;
  /** Keeps a register in place of the one before, which stays whole until the new one is. The same again changes nothing. */
  keep(builtAt: string, bytes: Uint8Array): Promise<void>;
}

/** Opens what is kept. Replicas share it: whoever is slower leaves what the other has kept. */
export async function openKeptRegister(store: Store): Promise<KeptRegister> {
  const parts = await store.collection<KeptPart>(KEPT_REGISTER);

  async function read(): Promise<{ builtAt: string; bytes: Uint8Array } | undefined> {
    const { builtAt, pieces: count } = (await parts.get(HEAD)) ?? {};
    if (typeof builtAt !== "string" || !isPieces(count)) return undefined;
    const pieces: Buffer[] = [];
    for (let index = 0; index < count; index++) {
      const { content } = (await parts.get(pieceId(builtAt, index))) ?? {};
      if (typeof content !== "string") return undefined;
      pieces.push(Buffer.from(content, "base64"));
    }
    return { builtAt, bytes: Buffer.concat(pieces) };
  }

  return {
    read,
    async keep(builtAt, bytes) {
      const head = await parts.get(HEAD);
      // What is kept and cannot be read gives way, however new it says to be.
      if (head && !(head.builtAt < builtAt) && (await read())) return;
      const pieces = Math.ceil(bytes.length / PIECE_BYTES);
      for (let index = 0; index < pieces; index++) {
        const piece = bytes.subarray(index * PIECE_BYTES, (index + 1) * PIECE_BYTES);
        const content = Buffer.from(piece).toString("base64");
        await put(parts, { _id: pieceId(builtAt, index), revision: 1, builtAt, content });
      }
      await put(parts, { _id: HEAD, revision: head?.revision ?? 1, builtAt, pieces });
      await removeOthers(parts);
    },
  };
}

/** Pieces of registers that nobody reads any more, also of those whose writer ended before their head. */
async function removeOthers(parts: Collection<KeptPart>): Promise<void> {
  const kept = (await parts.get(HEAD))?.builtAt;
  // From the oldest on: what another replica is writing now is newer, and stays.
  for (;;) {
    const { items } = await parts.query({ index: "built", limit: 4 });
    const old = items.filter(({ _id, builtAt }) => _id !== HEAD && kept !== undefined && builtAt < kept);
    if (old.length === 0) return;
    for (const { _id, revision } of old) await parts.remove(_id, revision);
  }
}

/** Writes a part in place of what is there under its name; whoever else was first has written the same. */
async function put(parts: Collection<KeptPart>, part: KeptPart): Promise<void> {
  await compareAndSet(parts, await parts.get(part._id), part);
}

function isPieces(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) > 0 && (value as number) <= MAX_PIECES;
}

function pieceId(builtAt: string, index: number): string {
  return `${builtAt}/${index}`;
}
