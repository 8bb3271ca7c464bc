import { expect, test } from "vitest";
import { openUseIds } from "./use-ids.ts";

test("5.4.3: a use keeps its id until it is answered; another use, and one after the answer, have others", async () => {
  let drawn = 0;
  const ids = openUseIds(() => String(++drawn));
  const lost = async (id: string) => Promise.reject(new Error(id));
  const good = async (id: string) => id;
  await expect(ids.once(["verify", "c-1"], lost)).rejects.toThrow("1");
  expect(await ids.once(["verify", "c-2"], good)).toBe("2");
  expect(await ids.once(["verify", "c-1"], good)).toBe("1");
  expect(await ids.once(["verify", "c-1"], good)).toBe("3");
});
