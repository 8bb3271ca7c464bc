import { expect, test } from "vitest";
import { frozen, madeOnce } from "./frozen.ts";

test("a value is frozen with all that it holds, but for bytes", () => {
  const value = frozen({ list: [{ deep: 1 }], bytes: Uint8Array.of(1) });
  expect(() => {
    (value.list[0] as { deep: number }).deep = 2;
  }).toThrow(TypeError);
  value.bytes[0] = 2;
  expect(value.bytes[0]).toBe(2);
});

test("what is made of an object that cannot change is made once and cannot change either; of others it is made each time", () => {
  let made = 0;
  const counted = madeOnce(({ one }: { one: number }) => ({ sum: one + ++made }));
  const fixed = frozen({ one: 1 });
  expect([counted(fixed), counted(fixed)]).toEqual([{ sum: 2 }, { sum: 2 }]);
  expect(Object.isFrozen(counted(fixed))).toBe(true);
  const open = { one: 1 };
  expect([counted(open), counted(open)]).toEqual([{ sum: 3 }, { sum: 4 }]);
});
