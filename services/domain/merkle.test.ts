import { createHash } from "node:crypto";
import { describe, expect, test } from "vitest";
import { canonicalBytes } from "./canonical.ts";
import { diffBuckets, merkleRoot, type NamedDigest, recordDigest } from "./merkle.ts";
import { seededNumbers } from "./seeded.ts";

const facts = { identifier: "a", revision: 1, state: "issued", messageSha256: "00" };
const named = (count: number) =>
  Array.from({ length: count }, (_, index) => ({ name: `n${index}`, digest: index.toString(16).padStart(64, "0") }));

/** RFC 6962 §2.1 as it is written: split at the largest power of two below the number of leaves. */
function byTheBook(leaves: Buffer[]): Buffer {
  if (leaves.length === 1) return leaves[0] as Buffer;
  let split = 1;
  while (split * 2 < leaves.length) split *= 2;
  const parts = [byTheBook(leaves.slice(0, split)), byTheBook(leaves.slice(split))];
  return createHash("sha256")
    .update(Buffer.concat([Buffer.of(1), ...parts]))
    .digest();
}

describe("4.6.2: archives are compared by digest", () => {
  test("each of the four facts of a record changes its digest", () => {
    const others = [{ identifier: "b" }, { revision: 2 }, { state: "revoked" }, { messageSha256: "01" }];
    const digests = others.map((other) => recordDigest({ ...facts, ...other }));
    expect(new Set([...digests, recordDigest(facts)]).size).toBe(5);
  });

  test.each([1, 2, 3, 5, 6, 7, 8, 9])("the root over %i digests is that of RFC 6962", (count) => {
    const digests = named(count);
    const leaves = digests.map((one) =>
      createHash("sha256")
        .update(Buffer.concat([Buffer.of(0), canonicalBytes(one)]))
        .digest(),
    );
    expect(merkleRoot(digests)).toBe(byTheBook(leaves).toString("hex"));
  });

  test("the order in which digests come does not matter, their names do", () => {
    const digests = named(5);
    expect(merkleRoot([...digests].reverse())).toBe(merkleRoot(digests));
    const [first, second] = digests as [{ name: string; digest: string }, { name: string; digest: string }];
    const swapped = [
      { ...first, digest: second.digest },
      { ...second, digest: first.digest },
    ];
    expect(merkleRoot(swapped)).not.toBe(merkleRoot([first, second]));
  });

  test("nothing has a root of its own, and a name that comes twice is refused", () => {
    expect(merkleRoot([])).toBe(createHash("sha256").digest("hex"));
    expect(() => merkleRoot([...named(1), ...named(1)])).toThrow(TypeError);
  });

  test("what was changed, lost or added is named, and nothing else", () => {
    const [a, b, c, d] = named(4) as [NamedDigest, NamedDigest, NamedDigest, NamedDigest];
    expect(diffBuckets([c, b, a], [a, { ...b, digest: d.digest }, d])).toEqual(["n1", "n2", "n3"]);
    expect(diffBuckets([a, b], [b, a])).toEqual([]);
  });

  test("roots are equal exactly where nothing differs", () => {
    const next = seededNumbers(462);
    const some = () => named(6).filter(() => next() < 0.8);
    for (let round = 0; round < 200; round++) {
      const [ours, theirs] = [some(), some()];
      expect(diffBuckets(ours, theirs).length === 0).toBe(merkleRoot(ours) === merkleRoot(theirs));
    }
  });
});
