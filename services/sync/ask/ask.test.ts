import { expect, test } from "vitest";
import { testCall } from "../../../test/fixtures/runtime.ts";
import { steadyTime } from "../../base/steady-time.ts";
import { Refusal } from "../../domain/refusal.ts";
import type { Runtime } from "../../node/runtime.ts";
import { DEFAULT_SYNC_OPTIONS } from "../options.ts";
import { createAsk } from "./ask.ts";

const ask = createAsk({ client: () => ({}), monotonic: () => 0 } as unknown as Runtime, DEFAULT_SYNC_OPTIONS);
const { askMs, missingMs } = DEFAULT_SYNC_OPTIONS;

/** How long each of two nodes is given where nothing stands for the answer of the first, by the time that the caller has. */
async function given(callerMs?: number): Promise<(number | undefined)[]> {
  const deadline = callerMs === undefined ? undefined : new Date(steadyTime() + callerMs);
  const answers = await ask.all(
    ["440100", "440300"],
    { ...testCall(), deadline },
    async (_, { timeoutMs }) => timeoutMs,
    (node) => node === "440100",
  );
  return answers.map((one) => ("answer" in one ? one.answer : undefined));
}

test("5.7.4: the node whose answer nothing can stand for is waited for longer, within three quarters of the caller's time", async () => {
  expect(await given()).toEqual([missingMs, askMs]);
  expect(await given(60_000)).toEqual([missingMs, askMs]);
  const [missing = 0, archived] = await given(4_000);
  expect(archived).toBe(askMs);
  expect(missing).toBeGreaterThan(askMs);
  expect(missing).toBeLessThanOrEqual(3_000);
  for (const ms of await given(1_000)) expect(ms).toBeLessThanOrEqual(1_000);
});

test("5.7.4: a node that is away and one that refuses keep nobody from the answers of others", async () => {
  const answers = await ask.all(["440100", "440300", "440700"], testCall(), async (_exchange, _options, node) => {
    if (node === "440100") throw new Refusal("DEADLINE_EXCEEDED", "silent");
    if (node === "440300") throw new Refusal("PERMISSION_DENIED", "not you");
    return "here";
  });
  expect(answers).toMatchObject([
    { node: "440100", away: { reason: "DEADLINE_EXCEEDED" } },
    { node: "440300", refused: { reason: "PERMISSION_DENIED" } },
    { node: "440700", answer: "here" },
  ]);
});
