import { create } from "qrcode";
import { expect, test } from "vitest";
import { qrModules, qrPath } from "./qr.ts";

const TEXT = "1.2.156.3005.2.11100000000013338W009.11330105002500287C.2025052201.002.0";

test("the outline holds exactly the dark modules", () => {
  const { modules } = create([{ data: TEXT, mode: "alphanumeric" }], { errorCorrectionLevel: "L", maskPattern: 2 });
  const unit = 30 / (modules.size + 8);
  const loops = loopsOf(qrPath(TEXT, 100, 50, 30));
  for (let row = 0; row < modules.size; row++) {
    for (let column = 0; column < modules.size; column++) {
      const inside = isInside(loops, 100 + (column + 4.5) * unit, 50 + (row + 4.5) * unit);
      expect(inside, `${row},${column}`).toBe(modules.data[row * modules.size + column] === 1);
    }
  }
});

test("the same text gives the same path, and text outside the alphanumeric set is taken too", () => {
  expect(qrPath(TEXT, 0, 0, 10)).toEqual(qrPath(TEXT, 0, 0, 10));
  expect(qrPath("证照标识", 0, 0, 10).ops.length).toBeGreaterThan(100);
});

test("runs of capitals and digits take less room than octets do", () => {
  // As octets alone these take 57 modules a side and the margin of eight.
  const text = `EC1|${TEXT}|4401060000012345|营业执照|岭**|2026-11-24||440100|${"aZ_9".repeat(21)}-w`;
  expect(qrModules(text)).toBe(53 + 8);
});

function loopsOf({ ops, coords }: ReturnType<typeof qrPath>): [number, number][][] {
  let at = 0;
  return ops
    .split("Z")
    .filter((loop) => loop !== "")
    .map((loop) => Array.from(loop, () => [coords[at++], coords[at++]] as [number, number]));
}

function isInside(loops: [number, number][][], x: number, y: number): boolean {
  let crossings = 0;
  for (const loop of loops) {
    loop.forEach(([ax, ay], i) => {
      const [bx, by] = loop[(i + 1) % loop.length] as [number, number];
      if (ay > y !== by > y && x < ((bx - ax) * (y - ay)) / (by - ay) + ax) crossings++;
    });
  }
  return crossings % 2 === 1;
}
