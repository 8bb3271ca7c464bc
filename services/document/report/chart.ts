import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Resvg } from "@resvg/resvg-js";
import { BarChart, LineChart } from "echarts/charts";
import { GridComponent, LegendComponent } from "echarts/components";
import { init, setPlatformAPI, use } from "echarts/core";
import { SVGRenderer } from "echarts/renderers";
import { Refusal } from "../../domain/refusal.ts";
import { findGlyph, loadFonts } from "../font/library.ts";
import { subsetFont } from "../font/subset.ts";
import type { Picture } from "../layout/placed.ts";
import { readPictureFile } from "../picture/read-picture.ts";

/** A chart of a report: series over the same names. */
export interface Chart {
  /** `bars` lie on their side, a name a line, so that names of departments can be read; `lines` go over time. */
  form: "bars" | "lines";
  names: readonly string[];
  series: readonly { name: string; values: readonly number[] }[];
  /** Behind each value: `%`. */
  unit: string;
  /** End of the axis; absent: as the values ask for. */
  most?: number;
}

/** Names of a chart at most: with more a table says it better. */
export const MAX_BARS = 40;

/** Width of a chart in its own units: about 300 dots an inch over the width of a page's text, at {@link SCALE}. */
const WIDTH = 800;
const SCALE = 2.4;
/** Pixels that a picture of a document may have, with some to spare for rounding. */
const PIXELS = 3_900_000;
const FONT = "NotoSerifSC";
const COLORS = ["#1F5FA8", "#C8102E", "#E0A100"];
/** Height of one bar with what is around it, and of what stands beside all of them. */
const BAR = 16;
const AROUND = 80;

use([BarChart, LineChart, GridComponent, LegendComponent, SVGRenderer]);

/* Without a browser the library guesses how wide texts are: it is told by the font that draws them. */
setPlatformAPI({
  measureText(text, font = "12px") {
    const size = Number.parseFloat(/([\d.]+)px/.exec(font)?.[1] ?? "12");
    const fonts = loadFonts();
    let width = 0;
    for (const char of text ?? "") {
      const found = findGlyph(fonts, "regular", char.codePointAt(0) as number);
      width += found ? found.font.advanceOf(found.glyph) / found.font.unitsPerEm : 1;
    }
    return { width: width * size };
  },
});

/** Draws a chart as a picture, without a browser, in the fonts of faces. Throws a `RangeError` for more names than a chart has room for. */
export function drawChart(chart: Chart): Picture {
  const { names } = chart;
  if (names.length > MAX_BARS) throw new RangeError(`a chart of ${names.length} names; at most ${MAX_BARS}`);
  const height = chart.form === "bars" ? AROUND + names.length * (BAR * chart.series.length + 8) : 360;
  const drawn = init(null, null, { renderer: "svg", ssr: true, width: WIDTH, height });
  try {
    drawn.setOption(optionsOf(chart));
    return pictureOf(drawn.renderToSVGString(), Math.min(SCALE, Math.sqrt(PIXELS / (WIDTH * height))));
  } finally {
    drawn.dispose();
  }
}

function optionsOf({ form, names, series, unit, most }: Chart) {
  const text = { fontFamily: FONT, fontSize: 12, color: "#202020" };
  const category = {
    type: "category",
    data: names,
    axisLabel: { ...text, interval: 0 },
    inverse: form === "bars",
  } as const;
  const value = { type: "value", min: 0, max: most, axisLabel: { ...text, formatter: `{value}${unit}` } } as const;
  const label = { ...text, show: form === "bars", position: "right", formatter: `{c}${unit}` } as const;
  return {
    animation: false,
    color: COLORS,
    backgroundColor: "#FFFFFF",
    textStyle: text,
    legend: { show: series.length > 1, top: 4, textStyle: text },
    grid: { left: 16, right: 64, top: 36, bottom: 16, outerBoundsMode: "same", outerBoundsContain: "all" },
    xAxis: form === "bars" ? value : category,
    yAxis: form === "bars" ? category : value,
    series: series.map(({ name, values }) => ({
      ...{ type: form === "bars" ? "bar" : "line", name, data: values, label, barMaxWidth: BAR },
    })),
  } as Parameters<ReturnType<typeof init>["setOption"]>[0];
}

/** The renderer reads a whole font for each text of a picture: it gets one of the characters that there are, and nothing else. */
function pictureOf(svg: string, scale: number): Picture {
  const directory = mkdtempSync(join(tmpdir(), "ecert-chart-"));
  try {
    const fontFile = join(directory, "chart.ttf");
    writeFileSync(fontFile, fontFor(svg));
    const drawn = new Resvg(svg, {
      fitTo: { mode: "zoom", value: scale },
      font: { fontFiles: [fontFile], loadSystemFonts: false, defaultFontFamily: FONT, serifFamily: FONT },
    });
    const png = Buffer.from(drawn.render().asPng());
    return readPictureFile(png, "png", (fault) => new Refusal("INTERNAL", `a drawn chart ${fault}`));
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

/** A font with every character that stands in a picture and that there is. */
function fontFor(svg: string): Uint8Array {
  const font = loadFonts().regular;
  const codePoints = new Set(Array.from(svg, (char) => char.codePointAt(0) as number));
  const there = [...codePoints].filter((codePoint) => font.glyphOf(codePoint) !== 0);
  return subsetFont(font, there, { standalone: true }).bytes;
}
