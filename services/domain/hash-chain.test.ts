import { describe, expect, test } from "vitest";
import { sha256Hex } from "./canonical.ts";
import { CHAIN_ROOT, type ChainEntry, type ChainHead, chainEntry, verifyChain } from "./hash-chain.ts";

function chainOf(length: number, from: ChainHead = CHAIN_ROOT): ChainEntry[] {
  const entries: ChainEntry[] = [];
  let head = from;
  for (let index = 0; index < length; index++) {
    const entry = chainEntry(head, {
      time: "2026-03-01T08:00:00+08:00",
      kind: "signed",
      body: { index, 名称: "证照" },
    });
    entries.push(entry);
    head = entry;
  }
  return entries;
}

describe("hash chain", () => {
  test("the hash is SHA-256 over the canonical text of the other members", () => {
    const entry = chainEntry(CHAIN_ROOT, { time: "t", kind: "k", body: { b: 1, a: "é" } });
    const text = `{"body":{"a":"é","b":1},"kind":"k","n":1,"prev":"${"0".repeat(64)}","time":"t"}`;
    expect(entry.hash).toBe(sha256Hex(text));
  });

  test("an empty and an unbroken chain verify and give their head", () => {
    expect(verifyChain([])).toEqual({ ok: true, head: CHAIN_ROOT });
    const entries = chainOf(5);
    expect(verifyChain(entries)).toEqual({ ok: true, head: { n: 5, hash: entries[4]?.hash } });
  });

  test("a chain read back from JSON text verifies", () => {
    const lines = chainOf(3).map((entry) => JSON.stringify(entry));
    expect(verifyChain(lines.map((line) => JSON.parse(line))).ok).toBe(true);
  });

  test("a later part verifies from a trusted head, and not from another", () => {
    const entries = chainOf(6);
    const third = entries[2] as ChainEntry;
    expect(verifyChain(entries.slice(3), third).ok).toBe(true);
    expect(verifyChain(entries.slice(3), entries[1]).ok).toBe(false);
  });

  test.each<[string, (entry: ChainEntry) => unknown]>([
    ["another time", (entry) => ({ ...entry, time: "2026-03-01T08:00:01+08:00" })],
    ["another kind", (entry) => ({ ...entry, kind: "refused" })],
    ["another body", (entry) => ({ ...entry, body: { index: 99 } })],
    ["another position", (entry) => ({ ...entry, n: 7 })],
    ["another predecessor", (entry) => ({ ...entry, prev: "f".repeat(64) })],
    ["another hash", (entry) => ({ ...entry, hash: "f".repeat(64) })],
    ["a member too many", (entry) => ({ ...entry, note: "x" })],
    ["a member too few", ({ body: _, ...rest }) => rest],
    ["a body that JSON cannot hold", (entry) => ({ ...entry, body: { x: "\ud800" } })],
    ["something that is no entry", () => "damaged"],
    ["nothing", () => null],
  ])("%s in the third entry breaks the chain there", (_what, damage) => {
    const entries: unknown[] = chainOf(5);
    entries[2] = damage(entries[2] as ChainEntry);
    const verdict = verifyChain(entries);
    expect(verdict).toMatchObject({ ok: false, head: { n: 2 }, break: { n: 3 } });
  });

  test("a removed, a doubled and two exchanged entries break the chain", () => {
    const [a, b, c, d] = chainOf(4);
    expect(verifyChain([a, c, d])).toMatchObject({ ok: false, break: { n: 2, why: "position 3 follows 1" } });
    expect(verifyChain([a, b, b, c])).toMatchObject({ ok: false, break: { n: 3 } });
    expect(verifyChain([a, c, b, d])).toMatchObject({ ok: false, break: { n: 2 } });
  });

  test("an entry changed and hashed anew breaks the chain at its successor", () => {
    const entries = chainOf(4);
    const [first, second] = entries;
    entries[1] = chainEntry(first as ChainEntry, { time: second?.time ?? "", kind: "signed", body: { forged: true } });
    expect(verifyChain(entries)).toMatchObject({ ok: false, head: { n: 2 }, break: { n: 3 } });
  });
});
