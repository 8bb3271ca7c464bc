import { argon2, timingSafeEqual } from "node:crypto";
import { promisify } from "node:util";
import { createLane } from "../../call/chain/attempt-lane.ts";
import { Refusal } from "../../domain/refusal.ts";

const derive = promisify(argon2);

/** Cost of a hash: 19 MiB, two passes, one lane, which OWASP names as the least. */
const COST = { memory: 19_456, passes: 2, parallelism: 1 } as const;
const SALT_BYTES = 16;
const HASH_BYTES = 32;
/** Hashes that are made at once in one process, 38 MiB, and that wait. */
export const HASHING = 2;
export const HASHES_WAITING = 32;

/** Argon2id hashes of passwords, with bounded work. Both throw `RATE_EXCEEDED` where too many wait. */
export interface PasswordHashes {
  /** The hash under which a password is kept, with its cost and salt (PHC string format). */
  of(password: string): Promise<string>;
  /** Whether a password is the one of a hash. Without a hash it takes the same work, and is none. */
  match(password: string, hash: string | undefined): Promise<boolean>;
}

/** What {@link createPasswordHashes} needs. */
export interface PasswordHashesOptions {
  /** What goes into every hash and lies nowhere near them: who has the store alone can try no password. */
  pepper: Uint8Array;
  randomBytes(size: number): Uint8Array;
  monotonic(): number;
}

/** What a hash says of itself. */
interface HashParts {
  memory: number;
  passes: number;
  parallelism: number;
  salt: Buffer;
  hash: Buffer;
}

/** Hashes of one process. */
export function createPasswordHashes({ pepper, randomBytes, monotonic }: PasswordHashesOptions): PasswordHashes {
  const rules = { freeFailures: Number.POSITIVE_INFINITY, firstDelayMs: 0, longestDelayMs: 0 };
  const lane = createLane({ ...rules, width: HASHING, failingWidth: HASHING, waiting: HASHES_WAITING }, monotonic);
  const nobodys: HashParts = { ...COST, salt: Buffer.alloc(SALT_BYTES), hash: Buffer.alloc(HASH_BYTES) };

  async function hashed(password: string, { memory, passes, parallelism, salt, hash }: HashParts): Promise<Buffer> {
    const leave = await lane.enter();
    if (!leave) {
      throw new Refusal("RATE_EXCEEDED", "too many passwords are being compared; try again", { retryAfterMs: 1_000 });
    }
    try {
      const message = Buffer.from(password);
      const cost = { memory, passes, parallelism, tagLength: hash.length };
      return await derive("argon2id", { message, nonce: salt, secret: pepper, ...cost });
    } finally {
      leave();
    }
  }

  return {
    async of(password) {
      const salt = Buffer.from(randomBytes(SALT_BYTES));
      return written({ ...COST, salt, hash: await hashed(password, { ...nobodys, salt }) });
    },
    async match(password, text) {
      const parts = text === undefined ? undefined : readHash(text);
      const found = await hashed(password, parts ?? nobodys);
      return timingSafeEqual(found, (parts ?? nobodys).hash) && parts !== undefined;
    },
  };
}

const bare = (bytes: Buffer) => bytes.toString("base64").replaceAll("=", "");

function written({ memory, passes, parallelism, salt, hash }: HashParts): string {
  return `$argon2id$v=19$m=${memory},t=${passes},p=${parallelism}$${bare(salt)}$${bare(hash)}`;
}

const WRITTEN = /^\$argon2id\$v=19\$m=(\d{4,6}),t=(\d{1,2}),p=([1-4])\$([A-Za-z0-9+/]{22})\$([A-Za-z0-9+/]{43})$/;

/** What a hash says; `undefined` where a text is none, or would cost more than any that was ever made here. */
export function readHash(text: string): HashParts | undefined {
  const [, memory, passes, parallelism, salt = "", hash = ""] = WRITTEN.exec(text) ?? [];
  if (memory === undefined) return undefined;
  const cost = { memory: Number(memory), passes: Number(passes), parallelism: Number(parallelism) };
  if (cost.memory > COST.memory || cost.passes > COST.passes || cost.passes < 1) return undefined;
  return { ...cost, salt: Buffer.from(salt, "base64"), hash: Buffer.from(hash, "base64") };
}
