import { describe, expect, test } from "vitest";
import { Refusal } from "../../domain/refusal.ts";
import { fontOf, loadFonts } from "../font/library.ts";
import type { TextStyle } from "../template.ts";
import { placeText } from "./place-text.ts";

const fonts = loadFonts();
const POINT = 25.4 / 72;
const style: TextStyle = { box: [10, 20, 60, 10], size: 12, minSize: 6 };
const place = (text: string, more: Partial<TextStyle> = {}) =>
  placeText({ text, style: { ...style, ...more }, field: "/data/name", bound: true }, fonts);

/** The place's outline: from the first character's left edge to the last one's right edge, in mm. */
function extent(run: ReturnType<typeof place>[number]): [number, number] {
  const font = fontOf(fonts, run.font);
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

describe("a rare character (生僻字)", () => {
  test.each(["left", "center", "spread"] as const)(
    "is set by a font that has it, in line with the others: %s",
    (align) => {
      const runs = place("欧阳𠮷𡈽示例", { align, spacing: 0.2 });
      expect(runs.map(({ text, font }) => [text, font])).toEqual([
        ["欧阳", "regular"],
        ["𠮷𡈽", "rare0-regular"],
        ["示例", "regular"],
      ]);
      const [plain] = place("欧阳某某示例", { align, spacing: 0.2 });
      const ends = runs.map(extent);
      expect(ends[0]?.[0]).toBeCloseTo(extent(plain as never)[0], 6);
      expect(ends[2]?.[1]).toBeCloseTo(extent(plain as never)[1], 6);
      for (const [before, after] of [[ends[0], ends[1]] as const, [ends[1], ends[2]] as const]) {
        expect((after?.[0] ?? 0) - (before?.[1] ?? 0)).toBeCloseTo(plain?.spacing ?? 0, 6);
      }
    },
  );

  test("shrinks and breaks as the others do", () => {
    const runs = place("𠮷𡈽".repeat(20), { wrap: true, box: [10, 20, 60, 12] });
    expect(runs.map(({ text }) => text).join("")).toBe("𠮷𡈽".repeat(20));
    expect(runs.length).toBeGreaterThan(1);
    for (const run of runs) expect(extent(run)[1]).toBeLessThanOrEqual(70.01);
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

  test("is refused with the number of characters that fit, in both languages, and fits when it has no more", () => {
    const box: TextStyle["box"] = [10, 20, 30, 6.2];
    const more = { wrap: true, box, minSize: 6 };
    const most = 28;
    const refusalOf = (text: string, label = 0) => {
      try {
        placeText({ text, style: { ...style, ...more }, field: "/data/name", bound: true, label }, fonts);
      } catch (error) {
        return error as Refusal;
      }
      return undefined;
    };
    const [violation] = refusalOf("国".repeat(99))?.fields ?? [];
    expect(violation).toMatchObject({
      description: `text of 99 characters does not fit its place on the face, even at 6 points: ${most} do`,
      remedy: `shorten the text to ${most} characters`,
      localized: `文字共99个字符，照面此处最多容纳${most}个，请缩短`,
    });
    expect(refusalOf("国".repeat(most))).toBeUndefined();
    expect(refusalOf("国".repeat(most + 1))).toBeDefined();
    const labelled = refusalOf(`备注：${"国".repeat(99)}`, 3)?.fields[0];
    expect(labelled?.description).toContain(`text of 99 characters does not fit`);
    expect(labelled?.remedy).toBe(`shorten the text to ${most - 3} characters`);
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
  ["张𰀀", "𰀀 (U+30000)", "U+30000"],
  // Scripts that need shaping are refused, not set letter by letter.
  ["བསྟན", "བ (U+0F56)", "U+0F56"],
  ["ئۇيغۇر", "ئ (U+0626)", "U+0626"],
  ["ᠮᠣᠩ", "ᠮ (U+182E)", "U+182E"],
  ["ꆈꌠ", "ꆈ (U+A188)", "U+A188"],
  ["张😀", "😀 (U+1F600)", "U+1F600"],
  ["葛󠄁", "葛 (U+845B) with U+E0101", "U+E0101"],
  ["x́", "x (U+0078) with U+0301", "U+0301"],
  ["́", "U+0301", "U+0301"],
  ["张\u0007三", "U+0007", "U+0007"],
])("a missing glyph is named: %j", (text, shown, codePoint) => {
  const error = refusalOf(() => place(text));
  expect(error.reason).toBe("GLYPH_MISSING");
  expect(error.fields[0]).toMatchObject({ field: "/data/name", description: expect.stringContaining(shown) });
  expect(error.metadata.codePoint).toBe(codePoint);
  expect(error.localized).toBe(`字库缺少该字：${shown}，请改用其他字形，或请运维增加字库`);
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
