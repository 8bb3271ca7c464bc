import { expect, test } from "vitest";
import { qrPath } from "../../document/shape/qr.ts";
import { qrSvg } from "./qr-svg.ts";

test("the picture of a presentation is the outline that faces draw, on white, filled by the even-odd rule", () => {
  const text = "ecert:present:440100:AAAAAAAAAAAAAAAAAAAAAA";
  const svg = qrSvg(text);
  const [, data = ""] = /fill-rule="evenodd" d="([MLZ0-9. ]+)"/.exec(svg) ?? [];
  const numbers = (data.match(/[0-9.]+/g) ?? []).map(Number);
  const { ops, coords } = qrPath(text, 0, 0, 100);
  expect(data.replace(/[^MLZ]/g, "")).toBe(ops);
  expect(numbers).toEqual(coords.map((coord) => Number(coord.toFixed(3))));
  expect(svg).toContain('<path fill="#fff" d="M0 0H100V100H0Z"/>');
});
