import { create, type QRCodeSegment } from "qrcode";
import { expect, test } from "vitest";
import { qrRows } from "./qr-rows.ts";
import { qrSegments } from "./qr-segments.ts";

/** The modules of the library, row by row. */
function modulesOf(text: string): { size: number; dark: number[] } {
  const segments = qrSegments(text).map(({ data, mode }) => ({
    data: mode === "alphanumeric" ? data.toString() : data,
    mode,
  }));
  const { modules } = create(segments as QRCodeSegment[], { errorCorrectionLevel: "L", maskPattern: 2 });
  return { size: modules.size, dark: [...modules.data] };
}

test("a code by tables has the very modules that the library gives it, in texts of every length and kind", () => {
  for (let length = 1; length < 2600; length += length < 300 ? 7 : 211) {
    for (const signs of ["x", "A7", "证", "1.2.156.A"]) {
      const text = `e${signs.repeat(length)}`.slice(0, length);
      if (Buffer.byteLength(text) > 2900) continue;
      const { size, stride, rows } = qrRows(text);
      const dark = Array.from({ length: size * size }, (_, at) => {
        const [row, column] = [Math.floor(at / size), at % size];
        return ((rows[row * stride + (column >> 3)] as number) >> (7 - (column & 7))) & 1;
      });
      expect({ size, dark }, `${signs} × ${length}`).toEqual(modulesOf(text));
    }
  }
});

test("a text that no code holds is an error", () => {
  expect(() => qrRows("x".repeat(2954))).toThrow("longer than a QR code holds");
});
