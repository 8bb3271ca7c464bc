import { describe, expect, test } from "vitest";
import { Refusal } from "../../domain/refusal.ts";
import { loadFonts } from "../font/library.ts";
import type { TextStyle } from "../template.ts";
import { placeText } from "./place-text.ts";

const fonts = loadFonts();
const POINT = 25.4 / 72;
const style: TextStyle = { box: [10, 20, 60, 10], size: 12, minSize: 6 };
const place = (text: string, more: Partial<TextStyle> = {}) =>
  placeText({ text, style: { ...style, ...more }, field: "/data/name", bound: true }, fonts);

/** The place's outline: from the first character's left edge to the last one's right edge, in mm. */
function extent(run: ReturnType<typeof place>[number]): [number, number] {
  const font = fonts[run.font];
  const chars = [...run.text];
  const width = chars.reduce((sum, char) => {
    return sum + (font.advanceOf(font.glyphOf(char.codePointAt(0) as number)) / font.unitsPerEm) * run.size;
  }, 0);
  return [run.x, run.x + width + run.spacing * (chars.length - 1)];
}

describe("a text that fits", () => {
  test("keeps its size and its side of the box", () => {
    const [left] = place("名称");
    expect(left).toMatchObject({ text: "名称", x: 10, size: 12 * POINT, field: "/data/name" });
    const [right] = place("名称", { align: "right" });
    expect(extent(right as never)[1]).toBeCloseTo(70, 6);
    const [centred] = place("名称", { align: "center" });
    expect(extent(centred as never)[0] - 10).toBeCloseTo(70 - extent(centred as never)[1], 6);
  });

  test("spreads from edge to edge", () => {
    const [run] = place("法定代表人", { align: "spread" });
    expect(extent(run as never)[0]).toBeCloseTo(10, 6);
    expect(extent(run as never)[1]).toBeCloseTo(70, 6);
  });

  test("an empty text places nothing", () => {
    expect(place("")).toEqual([]);
  });
});

describe("a text that is too long", () => {
  const long = "岭海市天湾区望潮大道一百二十六号海岸花园";

  test("shrinks no more than needed", () => {
    const [run] = place(long);
    expect(run?.size).toBeLessThan(12 * POINT);
    expect(extent(run as never)[1]).toBeLessThanOrEqual(70.01);
    expect(extent(run as never)[1]).toBeGreaterThan(68);
  });

  test("breaks into lines before it shrinks, and stays within the box", () => {
    const runs = place(long, { wrap: true, box: [10, 20, 60, 12] });
    expect(runs.map((run) => run.text).join("")).toBe(long);
    expect(runs.length).toBe(2);
    for (const run of runs) {
      expect(run.size).toBeCloseTo(12 * POINT, 6);
      expect(extent(run)[1]).toBeLessThanOrEqual(70.01);
      expect(run.y).toBeGreaterThan(20);
      expect(run.y).toBeLessThan(32);
    }
  });

  test("is refused by the name of its field where the smallest size does not fit", () => {
    const error = refusalOf(() => place(long.repeat(2)));
    expect(error.reason).toBe("DATA_INVALID");
    expect(error.fields[0]).toMatchObject({ field: "/data/name", description: expect.stringContaining("6 points") });
  });

  test("is the template's fault where it is the template's text", () => {
    const item = { text: long.repeat(9), style, field: "elements[3].text", bound: false };
    expect(refusalOf(() => placeText(item, fonts)).reason).toBe("INVALID_FIELD");
  });
});

test.each([
  ["张𠮷", "𠮷 (U+20BB7)", "U+20BB7"],
  ["张\u0007三", "U+0007", "U+0007"],
])("a missing glyph is named: %j", (text, shown, codePoint) => {
  const error = refusalOf(() => place(text));
  expect(error.reason).toBe("GLYPH_MISSING");
  expect(error.fields[0]).toMatchObject({ field: "/data/name", description: expect.stringContaining(shown) });
  expect(error.metadata).toEqual({ codePoint });
});

test("line feeds and tabs become spaces where a text has one line", () => {
  expect(place("一\n二\t三").map((run) => run.text)).toEqual(["一 二 三"]);
});

function refusalOf(run: () => unknown): Refusal {
  try {
    run();
  } catch (error) {
    if (error instanceof Refusal) return error;
    throw error;
  }
  throw new Error("nothing was refused");
}
