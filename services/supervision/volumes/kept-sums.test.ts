import { expect, test } from "vitest";
import { NO_VOLUMES } from "../../domain/volumes.ts";
import { createKeptSums } from "./kept-sums.ts";

const sumsOf = (...keys: string[]) => ({
  rows: keys.map((key) => ({ key, volumes: NO_VOLUMES, hasBelow: false })),
  total: NO_VOLUMES,
  nodes: new Set(["440100"]),
});

test("4.7 pages of one question are of one moment, and are added up once", async () => {
  let now = 0;
  const kept = createKeptSums(() => now);
  let made = 0;
  const sum = async () => {
    made += 1;
    return made === 1 ? sumsOf("a", "c", "e") : sumsOf("a", "b", "c", "d", "e");
  };
  const page = (token: string, question = "q", by = kept) => by.page(question, { limit: 1, token, orderBy: "" }, sum);
  const keys = ({ rows }: Awaited<ReturnType<typeof page>>) => rows.map(({ key }) => key);
  const first = await page("");
  const second = await page(first.next);
  expect([keys(first), keys(second)]).toEqual([["a"], ["c"]]);
  // Asked again, after its answer was lost.
  expect(keys(await page(first.next))).toEqual(["c"]);
  expect(made).toBe(1);
  const last = await page(second.next);
  expect([keys(last), last.next, made]).toEqual([["e"], "", 1]);
  // Another process, another question, or ten minutes later: added up anew, and behind what was told.
  expect(
    keys(
      await page(
        first.next,
        "q",
        createKeptSums(() => now),
      ),
    ),
  ).toEqual(["b"]);
  expect(keys(await page(first.next, "other"))).toEqual(["b"]);
  const begun = await page("");
  now = 600_001;
  expect([keys(await page(begun.next)), made]).toEqual([["b"], 5]);
  await expect(page("k-none")).rejects.toMatchObject({ reason: "INVALID_FIELD" });
});

test("4.7 pages in an order go on behind the place of the last row, whether its sums are kept or made anew, and no other order takes their token", async () => {
  const used = (key: string, many: number) => ({ key, volumes: { ...NO_VOLUMES, used: many }, hasBelow: false });
  const sums = { ...sumsOf(), rows: [used("a", 1), used("b", 3), used("c", 3), used("d", 2)] };
  const page = (token: string, orderBy = "-used", by = createKeptSums(() => 0)) =>
    by.page("q", { limit: 2, token, orderBy }, async () => sums);
  const told = async (answer: ReturnType<typeof page>) => (await answer).rows.map(({ key }) => key).join("");
  const kept = createKeptSums(() => 0);
  const first = await page("", "-used", kept);
  expect([await told(page("")), await told(page("", "-key"))]).toEqual(["cb", "dc"]);
  expect([await told(page(first.next, "-used", kept)), await told(page(first.next))]).toEqual(["da", "da"]);
  for (const other of ["", "-total", "used"])
    await expect(page(first.next, other)).rejects.toMatchObject({ reason: "INVALID_FIELD" });
  await expect(page((await page("", "")).next)).rejects.toMatchObject({ reason: "INVALID_FIELD" });
});
