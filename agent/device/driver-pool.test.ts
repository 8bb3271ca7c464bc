import { expect, onTestFinished, test } from "vitest";
import { Refusal } from "../../services/domain/refusal.ts";
import { createDriverPool } from "./driver-pool.ts";
import type { DriverAnswer, DriverRequest } from "./driver-protocol.ts";

const sign = (label: string): DriverRequest => ({ op: "sign", label, message: Buffer.from(label) });
const labelIn = (request: DriverRequest) => (request.op === "sign" ? request.label : request.op);

/** A pool whose one driver signs with the label, and cannot use the key `bad`. */
function openPool() {
  const batches: string[][] = [];
  const answer = (request: DriverRequest): DriverAnswer =>
    labelIn(request) === "bad"
      ? { ok: false, fault: { code: 0x60, message: "no key bad" } }
      : { ok: true, signature: Buffer.from(labelIn(request)) };
  const pool = createDriverPool<DriverRequest, DriverAnswer>(
    ({ answers, ended }) => ({
      pid: 1,
      isOpen: () => true,
      send(id, requests) {
        batches.push(requests.map(labelIn));
        setImmediate(() => answers(id, requests.map(answer)));
        return true;
      },
      kill: () => true,
      end: () => ended("asked to"),
    }),
    ({ message }) => new Refusal("DEVICE_FAULT", message),
    {},
  );
  onTestFinished(() => pool.close());
  return { pool, batches };
}

test("the signatures of certificates that are signed together go to the device by one message", async () => {
  const { pool, batches } = openPool();
  const wanted = ["message", "pdf", "ofd", "message of another", "pdf of another", "ofd of another"];
  const answers = await Promise.all(wanted.map((label) => pool.ask(sign(label))));
  expect(batches).toEqual([wanted]);
  expect(answers.map((one) => "signature" in one && Buffer.from(one.signature).toString())).toEqual(wanted);
});

test("one of them that the device refuses fails alone", async () => {
  const { pool, batches } = openPool();
  const outcomes = await Promise.allSettled(["message", "bad", "ofd"].map((label) => pool.ask(sign(label))));
  expect(batches).toHaveLength(1);
  expect(outcomes.map(({ status }) => status)).toEqual(["fulfilled", "rejected", "fulfilled"]);
});
