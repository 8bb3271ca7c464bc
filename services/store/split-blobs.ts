import { createSingleFlight } from "../base/single-flight.ts";
import { fixedOf } from "../document/pieces/recipe.ts";
import { joinFile, splitFile } from "../document/pieces/split-file.ts";
import { Refusal } from "../domain/refusal.ts";
import { isDigest, sha256 } from "./digest.ts";
import { hashedFront, type KnownFront, knownFronts } from "./known-fronts.ts";
import type { Blobs } from "./port.ts";

/** What an engine does for blobs: octets under a name, which need not be their own digest. */
export interface RawBlobs {
  /** Stores octets durably. One that is there already may stay or be replaced. */
  add(digest: string, bytes: Uint8Array): Promise<void>;
  get(digest: string): Promise<Uint8Array | undefined>;
  /** At least the first octets, as many as a recipe's head has; all of a blob that is shorter. */
  head(digest: string): Promise<Uint8Array | undefined>;
  /** Whether it need not be added; what lies in an older form may be told not to be there. */
  holds(digest: string): Promise<boolean>;
  has(digest: string): Promise<boolean>;
}

/** What was kept under a digest: whole, or as a recipe whose shared front is there. */
export type Rebuilt = { bytes: Uint8Array; split: boolean };

/** Blobs of which files of certificates are kept as shared front, by digest, and recipe. */
export interface SplitBlobs extends Blobs {
  /** What octets that are kept under a digest stand for; `undefined` where they are not what the digest says, or their shared front is missing. */
  rebuild(digest: string, kept: Uint8Array): Promise<Rebuilt | undefined>;
}

/**
 * Splits what can be split on its way into an engine, and joins it on its way out. A shared front is durable before a recipe names it. Every read is
 * checked against the digest; a file that cannot be split, or would come back otherwise, is kept whole. A recipe whose front is missing (a store put
 * back from copies of several times) is as if it were not there, so that it is fetched again.
 */
export function splitBlobs(raw: RawBlobs): SplitBlobs {
  const underway = createSingleFlight<void>();
  const fronts = knownFronts();

  async function keep(digest: string, bytes: Uint8Array): Promise<void> {
    const split = splitFile(bytes, fronts.nameOf);
    if (split === undefined) return raw.add(digest, bytes);
    const { front } = split;
    if (fronts.get(front) === undefined) {
      // A copy: the file that it stands in is let go.
      const fixed = Uint8Array.from(split.fixed);
      await underway.run(front, async () => {
        if (!(await raw.holds(front))) await raw.add(front, fixed);
      });
      fronts.set(front, hashedFront(fixed).front);
    }
    await raw.add(digest, split.recipe);
  }

  /** Whether a recipe of this head has its front. */
  async function complete(head: Uint8Array | undefined): Promise<boolean> {
    const front = head && fixedOf(head);
    return head !== undefined && (front === undefined || fronts.get(front) !== undefined || raw.holds(front));
  }

  async function rebuild(digest: string, kept: Uint8Array): Promise<Rebuilt | undefined> {
    const name = fixedOf(kept);
    const made = name === undefined ? undefined : await join(digest, name, kept);
    if (made !== undefined && "file" in made) return { bytes: made.file, split: true };
    return sha256(kept) === digest ? { bytes: kept, split: false } : undefined;
  }

  /** Runs what keeps a blob, unless it is kept. */
  function unlessKept(digest: string, work: () => Promise<void>): Promise<void> {
    return underway.run(digest, async () => {
      if (!((await raw.holds(digest)) && (await complete(await raw.head(digest))))) await work();
    });
  }

  /** A front as it lies in the engine: what is kept as a recipe itself is none. */
  async function wholeFront(name: string): Promise<KnownFront | undefined> {
    const known = fronts.get(name);
    if (known !== undefined) return known;
    const kept = await raw.get(name);
    const hashed = kept && hashedFront(kept);
    return hashed?.name === name ? hashed.front : undefined;
  }

  /** What a recipe gives with the front of this name, which is remembered where that is the file of the digest; `undefined` where the front is not there. */
  async function join(digest: string, name: string, recipe: Uint8Array): Promise<Joined | undefined> {
    const front = await wholeFront(name);
    if (front === undefined) return undefined;
    const made = joined(digest, recipe, front);
    if ("file" in made) fronts.set(name, front);
    return made;
  }

  function begin(bytes: Uint8Array) {
    const digest = fronts.digestOf(bytes);
    return { digest, durable: unlessKept(digest, () => keep(digest, bytes)) };
  }

  return {
    rebuild,

    begin,

    async put(bytes) {
      const { digest, durable } = begin(bytes);
      await durable;
      return digest;
    },

    async recipe(digest) {
      const kept = isDigest(digest) ? await raw.get(digest) : undefined;
      // A file may begin as a recipe by itself.
      return kept && fixedOf(kept) !== undefined && sha256(kept) !== digest ? kept : undefined;
    },

    async putRecipe(digest, recipe) {
      const name = fixedOf(recipe);
      if (name === undefined) throw wrongRecipe(digest, "no recipe of a version that is known here");
      const made = await join(digest, name, recipe);
      if (made === undefined) return false;
      if ("fault" in made) throw wrongRecipe(digest, made.fault);
      const { file } = made;
      // As it came, it takes what its sender chose: never more than the file itself.
      const kept = recipe.length < file.length ? () => raw.add(digest, recipe) : () => keep(digest, file);
      await unlessKept(digest, kept);
      return true;
    },

    async get(digest) {
      if (!isDigest(digest)) return undefined;
      const kept = await raw.get(digest);
      if (kept === undefined) return undefined;
      const found = await rebuild(digest, kept);
      if (found !== undefined) return found.bytes;
      if (!(await complete(kept))) return undefined;
      throw new Refusal("INTERNAL", `blob ${digest} is damaged`, { metadata: { digest } });
    },

    async has(digest) {
      if (!isDigest(digest) || !(await raw.has(digest))) return false;
      const head = await raw.head(digest);
      // What begins as a recipe may be a file that does so by itself.
      return (await complete(head)) || (head !== undefined && (await rebuilt(digest)));
    },
  };

  async function rebuilt(digest: string): Promise<boolean> {
    const kept = await raw.get(digest);
    return kept !== undefined && (await rebuild(digest, kept)) !== undefined;
  }
}

/** The file of a digest, or why a recipe does not give it. */
type Joined = { file: Uint8Array } | { fault: string };

function joined(digest: string, recipe: Uint8Array, { octets, digestWith }: KnownFront): Joined {
  try {
    const file = joinFile(recipe, octets);
    return digestWith(file.subarray(octets.length)) === digest ? { file } : { fault: "it gives another file" };
  } catch (error) {
    return { fault: (error as Error).message };
  }
}

function wrongRecipe(digest: string, cause: string): Refusal {
  return new Refusal("INVALID_FIELD", `the recipe of blob ${digest}: ${cause}`);
}
