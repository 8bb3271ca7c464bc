import { expect, test } from "vitest";
import { createFlight, createSingleFlight } from "./single-flight.ts";

/** Work that runs until it is told to end, and counts how often it was begun. */
function heldWork() {
  const runs: PromiseWithResolvers<string>[] = [];
  const work = () => {
    const run = Promise.withResolvers<string>();
    runs.push(run);
    return run.promise;
  };
  return { runs, work };
}

test("who comes while a work runs gets its outcome, and who comes behind it begins it anew", async () => {
  const { runs, work } = heldWork();
  const flight = createFlight(work);
  expect(flight.running).toBeUndefined();
  const both = [flight.run(), flight.run()];
  expect(flight.running).toBe(both[0]);
  runs[0]?.resolve("first");
  expect(await Promise.all(both)).toEqual(["first", "first"]);
  expect(flight.running).toBeUndefined();
  const next = flight.run();
  runs[1]?.resolve("second");
  expect([await next, runs.length]).toEqual(["second", 2]);
});

test("a work that fails fails for all who wait, and can be begun anew", async () => {
  const { runs, work } = heldWork();
  const flight = createFlight(work);
  const both = [flight.run(), flight.run()];
  runs[0]?.reject(new Error("failed"));
  expect((await Promise.allSettled(both)).map(({ status }) => status)).toEqual(["rejected", "rejected"]);
  const again = flight.run();
  runs[1]?.resolve("done");
  expect(await again).toBe("done");
});

test("works of different keys run beside each other, those of one key once", async () => {
  const { runs, work } = heldWork();
  const flights = createSingleFlight<string>();
  const all = [flights.run("a", work), flights.run("b", work), flights.run("a", work)];
  expect(runs.length).toBe(2);
  runs[0]?.resolve("of a");
  runs[1]?.resolve("of b");
  expect(await Promise.all(all)).toEqual(["of a", "of b", "of a"]);
  const next = flights.run("a", work);
  runs[2]?.resolve("again");
  expect(await next).toBe("again");
});
