import { afterAll, beforeAll, expect, test } from "vitest";
import { seededNumbers } from "../../services/domain/seeded.ts";
import { type Issued, openScene, type Scene } from "../attacks/scene.ts";
import { chooseBits, flipped, type Part, partsOfOfd, partsOfPdf } from "./flip.ts";
import { add, count, newTally, ratioFigures, tableOf } from "./tally.ts";

let scenes: Scene[];
let issued: Issued[];

beforeAll(async () => {
  scenes = [await openScene("P-256"), await openScene("SM2")];
  issued = scenes.map((scene) => scene.issue("2026000001"));
});
afterAll(() => {
  for (const scene of scenes) scene.close();
});

/** Octets of a file that are in no part. */
function uncovered(parts: readonly Part[], length: number): number[] {
  const left = new Set(Array.from({ length }, (_, octet) => octet));
  for (const { start, end } of parts) for (let octet = start; octet < end; octet++) left.delete(octet);
  return [...left];
}

test("the parts of a signed PDF and of a signed OFD hold every octet, so that none is spared", () => {
  for (const { pdf, ofd } of issued) {
    expect(uncovered(partsOfPdf(pdf), pdf.length)).toEqual([]);
    expect(uncovered(partsOfOfd(ofd), ofd.length)).toEqual([]);
    expect(partsOfPdf(pdf).map(({ name }) => name)).toContain("cross-reference table");
  }
  const names = issued.flatMap(({ ofd }) => partsOfOfd(ofd).map(({ name }) => name));
  for (const name of ["digest of the archive", "signature file", "signature value", "electronic seal"])
    expect(names).toContain(name);
});

test("bits are chosen in every part, the same ones for the same seed, and exactly one is flipped", () => {
  const { ofd } = issued[0] as Issued;
  const parts = partsOfOfd(ofd);
  const choose = () => {
    const random = seededNumbers(7);
    return chooseBits(parts, (limit) => Math.floor(random() * limit), 16);
  };
  expect(choose()).toEqual(choose());
  expect(new Set(choose().map(({ part }) => part))).toEqual(new Set(parts.map(({ name }) => name)));
  for (const bit of choose()) {
    const copy = flipped(ofd, bit);
    expect((copy[bit.octet] as number) ^ (ofd[bit.octet] as number)).toBe(1 << bit.bit);
    expect(flipped(copy, bit).equals(ofd)).toBe(true);
    const inPart = ({ name, start, end }: Part) => name === bit.part && start <= bit.octet && bit.octet < end;
    expect(parts.some(inPart)).toBe(true);
  }
});

test("what does not go well is counted as tried, not as good, and kept with what was said of it", () => {
  const [one, all] = [newTally(), newTally()];
  count(one, "flips", "PDF: trailer", true, () => "");
  count(one, "flips", "PDF: trailer", false, () => "bit 3 of octet 12 gives valid");
  one.ratios.SM2 = [0.9, 1.1, 0.8];
  add(all, one);
  add(all, one);
  expect(all.flips).toEqual({ "PDF: trailer": { tried: 4, good: 2 } });
  expect(all.failures).toEqual(Array(2).fill("PDF: trailer: bit 3 of octet 12 gives valid"));
  expect(ratioFigures(all.ratios.SM2 ?? [])).toEqual({ most: 1.1, median: 0.9 });
  expect(tableOf(all)).toContain("| **all** | 4 | 2 |");
});
