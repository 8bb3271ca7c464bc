import { randomBytes } from "node:crypto";
import { expect, test } from "vitest";
import { openBox, sealBox } from "./sealed-box.ts";

const key = Buffer.alloc(32, 1);
const box = sealBox({ randomBytes }, key, "440100-li", "种子");

test("a box opens under its key together with what it is bound to, and under nothing else", () => {
  expect(openBox(key, "440100-li", box)).toBe("种子");
  expect(() => openBox(Buffer.alloc(32, 2), "440100-li", box)).toThrow();
  expect(() => openBox(key, "440100-wu", box)).toThrow();
});

test("a box that was changed in any byte, or cut, does not open", () => {
  const bytes = Buffer.from(box, "base64");
  for (const at of bytes.keys()) {
    const other = Buffer.from(bytes);
    other[at] = (other[at] as number) ^ 1;
    expect(() => openBox(key, "440100-li", other.toString("base64"))).toThrow();
  }
  expect(() => openBox(key, "440100-li", bytes.subarray(0, 27).toString("base64"))).toThrow();
});

test("the same text sealed twice shows no likeness", () => {
  expect(sealBox({ randomBytes }, key, "440100-li", "种子")).not.toBe(box);
});
