import { PassThrough } from "node:stream";
import { afterEach, expect, test, vi } from "vitest";
import type { ConnectRequest } from "../../call/listen/connect-request.ts";
import type { Refusal } from "../../domain/refusal.ts";
import { MOST_BYTES, readForm } from "./read-form.ts";

afterEach(() => {
  vi.useRealTimers();
});

function requestOf(headers: Record<string, string> = {}) {
  const body = new PassThrough();
  return { body, request: Object.assign(body, { headers }) as unknown as ConnectRequest };
}
const outcome = (reading: Promise<Buffer>) =>
  reading.then(String, ({ reason }: Refusal) => {
    return reason;
  });

test("a form is read whole, up to its limit, whatever it announces", async () => {
  const whole = requestOf();
  whole.body.write("a=");
  whole.body.end("b");
  expect(await outcome(readForm(whole.request))).toBe("a=b");
  const most = requestOf();
  most.body.end("x".repeat(MOST_BYTES));
  expect(await outcome(readForm(most.request))).toHaveLength(MOST_BYTES);
  const more = requestOf();
  more.body.end("x".repeat(MOST_BYTES + 1));
  expect(await outcome(readForm(more.request))).toBe("TOO_LARGE");
  expect(await outcome(readForm(requestOf({ "content-length": `${MOST_BYTES + 1}` }).request))).toBe("TOO_LARGE");
  expect(await outcome(readForm(requestOf({ "content-encoding": "gzip" }).request))).toBe("INVALID_FIELD");
});

test("a form that does not come within 10 seconds is refused, and so is one whose caller has gone", async () => {
  vi.useFakeTimers();
  const late = outcome(readForm(requestOf().request));
  await vi.advanceTimersByTimeAsync(10_000);
  expect(await late).toBe("DEADLINE_EXCEEDED");
  const gone = requestOf();
  const reading = outcome(readForm(gone.request));
  gone.body.destroy();
  expect(await reading).toBe("CANCELLED");
});
