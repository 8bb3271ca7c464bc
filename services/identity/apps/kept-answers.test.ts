import { afterEach, beforeEach, expect, test } from "vitest";
import { openTestRuntime, type TestRuntime } from "../../../test/fixtures/runtime.ts";
import { Refusal } from "../../domain/refusal.ts";
import { type KeptAnswers, openKeptAnswers } from "./kept-answers.ts";

const request = { digest: "d".repeat(64), content: "c".repeat(64), requestId: "r" };
let environment: TestRuntime;
let answers: KeptAnswers;

beforeEach(async () => {
  environment = await openTestRuntime({ service: "identity" });
  answers = await openKeptAnswers(environment.runtime);
});
afterEach(async () => {
  await answers.close();
  await environment.close();
});

const nothing = async () => {};
let planned = 0;
const plan = async () => `answer ${++planned}`;

test("an answer that was kept and not carried out, since the process was killed, is carried out by the repetition", async () => {
  const killed = answers.once(request, plan, () => Promise.reject(new Refusal("STORE_AWAY", "killed")));
  await expect(killed).rejects.toMatchObject({ reason: "STORE_AWAY" });
  const carried: unknown[] = [];
  const again = () => answers.once(request, plan, async (answer) => void carried.push(answer));
  const answer = await again();
  expect(carried).toEqual([answer]);
  expect(await again()).toBe(answer);
  expect(carried).toHaveLength(1);
});

test("where others were first, nothing is kept and the repetition decides anew", async () => {
  const conflict = new Refusal("REVISION_CONFLICT", "others were first");
  await expect(answers.once(request, plan, () => Promise.reject(conflict))).rejects.toBe(conflict);
  const before = planned;
  await answers.once(request, plan, nothing);
  expect(planned).toBe(before + 1);
});

test("what was refused before anything was decided is decided anew", async () => {
  const refused = new Refusal("DEPARTMENT_UNKNOWN", "no such department");
  await expect(answers.once(request, () => Promise.reject(refused), nothing)).rejects.toBe(refused);
  expect(await answers.once(request, plan, nothing)).toBe(`answer ${planned}`);
});

test("an answer sealed by another key of the node cannot be opened, and the id is refused", async () => {
  await answers.once(request, plan, nothing);
  const other = await openTestRuntime({ service: "identity" });
  const later = await openKeptAnswers({ ...environment.runtime, nodeKey: other.runtime.nodeKey });
  await expect(later.once(request, plan, nothing)).rejects.toMatchObject({ reason: "REQUEST_ID_REUSED" });
  await later.close();
  await other.close();
});
