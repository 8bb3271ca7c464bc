import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { prove } from "../proof/prove.ts";
import { ratioFigures, type Tally } from "../proof/tally.ts";

/*
 * The proof of `npm run bench -- proof` (see test/proof), small: 16 certificates where that has 1,000.
 */
const COUNT = 16;
const FLIPS = 4;
const KEYS = ["P-256", "SM2"];

let tally: Tally;

beforeAll(async () => {
  const keep = join(tmpdir(), "ecert-proof-failures");
  tally = await prove({
    certificates: COUNT,
    seed: 20261124,
    flips: FLIPS,
    processes: 2,
    command: COUNT,
    every: 0,
    keep,
  });
}, 600_000);

describe(`${COUNT} random certificates × P-256, SM2 × PDF, OFD, data message`, () => {
  test("go through every trial without a failure", () => {
    expect(tally.failures).toEqual([]);
    for (const [name, { tried, good }] of Object.entries(tally.counts)) expect(good, name).toBe(tried);
  });

  test.each(KEYS)("%s: are accepted by the engine of ecert verify, alone and bound to their message", (key) => {
    for (const what of ["PDF", "OFD", "PDF with its message", "OFD with its message", "data message"])
      expect(good(`${what} accepted by the engine of \`ecert verify\`, ${key}`)).toBe(COUNT);
    expect(good(`all three accepted by the program \`ecert verify\`, ${key}`)).toBe(1);
    expect(good(`flipped bit refused by the program \`ecert verify\`, ${key}`)).toBe(1);
  });

  test("ETSI EN 319 142: P-256 is good in pdfsig and openssl cms, GM/T 0009: SM2 in openssl's primitives", () => {
    expect(good("PDF valid in `pdfsig`, P-256")).toBe(COUNT);
    expect(good("data message good in `openssl cms -verify`, P-256")).toBe(COUNT);
    expect(good("OFD signature good in `openssl cms -verify`, P-256")).toBe(COUNT);
    expect(good("data message good in `openssl pkeyutl`, SM2")).toBe(COUNT);
    expect(good("PDF good in `openssl pkeyutl`, SM2")).toBe(COUNT);
    const sealed = good("OFD (electronic seal) good in `openssl pkeyutl`, SM2");
    expect(sealed).toBeGreaterThan(0);
    expect(good("seal on the OFD good in `openssl pkeyutl`, SM2")).toBe(sealed);
    expect(good("OFD (CMS) good in `openssl pkeyutl`, SM2")).toBe(COUNT - sealed);
  });

  test.each(KEYS)("%s: are rendered by an OFD reader that is not ours, with the text of data and PDF", (key) => {
    expect(good(`OFD parsed and rendered by the outside reader, ${key}`)).toBe(COUNT);
    expect(good(`text in that reader equal to the data and to the PDF's, ${key}`)).toBe(COUNT);
  });

  test.each(KEYS)(
    "%s: show a QR code that is read from a whole page at 100 dpi, and that ecert verify-qr lets stand",
    (key) => {
      expect(good(`QR code read from the PDF at 100 dpi, ${key}`)).toBe(COUNT);
      expect(good(`QR code read from the OFD at 100 dpi in that reader, ${key}`)).toBe(COUNT);
      expect(good(`QR code verified, ${key}`)).toBe(COUNT);
      expect(good(`QR code let stand by the program \`ecert verify-qr\`, ${key}`)).toBe(1);
    },
  );

  test("one flipped bit anywhere in PDF, OFD, message or signature is refused", () => {
    const all = Object.values(tally.flips);
    const sum = (of: "tried" | "good") => all.reduce((total, entry) => total + entry[of], 0);
    expect(sum("tried")).toBe(COUNT * KEYS.length * 4 * FLIPS);
    expect(sum("good")).toBe(sum("tried"));
  });

  test.each(KEYS)("%s: no OFD is larger than 1.3 times its PDF", (key) => {
    expect(tally.ratios[key]).toHaveLength(COUNT);
    expect(ratioFigures(tally.ratios[key] ?? []).most).toBeLessThan(1.3);
  });
});

const good = (name: string): number => tally.counts[name]?.good ?? 0;
