import { expect, onTestFinished, test } from "vitest";
import { openTestRuntime } from "../../../test/fixtures/runtime.ts";
import { createEventForks, FORKS_TOLD } from "./event-forks.ts";

const forkAt = (number: number) => ({ number, previous: "0", digest: `d${number}`, key: `c:${number}` });

test("a peer that sends forks without end fills neither log nor evidence: so many are told once each, the rest is counted", async () => {
  const house = await openTestRuntime({ service: "sync" });
  onTestFinished(() => house.close());
  const errors: string[] = [];
  const log = { ...house.runtime.log, error: (_: object, text: string) => void errors.push(text) } as never;
  let counted = 0;
  const metrics = { ...house.runtime.metrics, count: () => void counted++ };
  let rung = 0;
  const forks = createEventForks({ ...house.runtime, log, metrics }, "440100", () => void rung++);
  for (let times = 0; times < 3; times++)
    for (let number = 1; number <= FORKS_TOLD + 5; number++) await forks.tell(forkAt(number));
  expect(house.evidence.filter(({ kind }) => kind === "event-fork")).toHaveLength(FORKS_TOLD);
  expect(errors).toHaveLength(FORKS_TOLD + 1);
  expect(errors.at(-1)).toBe("further such events are only counted");
  expect([rung, counted]).toEqual([FORKS_TOLD, FORKS_TOLD + 15]);
});
