import { describe, expect, test } from "vitest";
import { createConfirmationIndex, type UsedConfirmation } from "./confirmation-index.ts";
import { openIndexFile } from "./index-file.ts";

const head = { n: 1, hash: "0".repeat(64) };
const used = (assertion: string, counter: number, credential = "key"): UsedConfirmation => ({
  ...{ assertion, counter, credential },
});
const refused = { reason: "ORIGIN_INVALID", metadata: { member: "confirmation.authenticator_data.counter" } };

function opened() {
  const file = openIndexFile(":memory:");
  const index = createConfirmationIndex(file);
  const flush = () => {
    const these = index.unwritten();
    file.add([], head, these);
    index.written(these);
  };
  return { file, index, flush };
}

function attempt(work: () => void): unknown {
  try {
    work();
    return undefined;
  } catch (error) {
    return error;
  }
}

describe("the counters of security keys", () => {
  test.each(["in memory", "in the file"])("grow with each confirmation that was not seen before: %s", (where) => {
    const { index, flush } = opened();
    index.claim(used("a", 5));
    index.confirm(used("a", 5));
    if (where === "in the file") flush();
    expect(attempt(() => index.claim(used("b", 5)))).toMatchObject(refused);
    expect(attempt(() => index.claim(used("b", 4)))).toMatchObject(refused);
    expect(attempt(() => index.claim(used("b", 0)))).toMatchObject(refused);
    expect(attempt(() => index.claim(used("b", 6)))).toBeUndefined();
    // Another security key has a counter of its own; and the first list goes on beside the second.
    expect(attempt(() => index.claim(used("c", 1, "other")))).toBeUndefined();
    expect(attempt(() => index.claim(used("a", 5)))).toBeUndefined();
  });

  test("are not held where a security key counts nothing", () => {
    const { index, flush } = opened();
    index.claim(used("a", 0));
    index.confirm(used("a", 0));
    flush();
    expect(attempt(() => index.claim(used("b", 0)))).toBeUndefined();
  });

  test("are as before where nothing was journalled, unless another job goes on with it", () => {
    const { index } = opened();
    index.claim(used("a", 5));
    index.claim(used("a", 5));
    index.release(used("a", 5));
    expect(attempt(() => index.claim(used("b", 5)))).toMatchObject(refused);
    index.release(used("a", 5));
    expect(attempt(() => index.claim(used("b", 5)))).toBeUndefined();
  });
});
