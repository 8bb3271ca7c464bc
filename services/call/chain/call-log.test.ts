import { mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { type CallLine, openCallLog } from "./call-log.ts";

const LINE: CallLine = {
  time: "2026-11-24T02:00:00.000Z",
  requestId: "r",
  traceId: "t",
  caller: "public",
  method: "m",
  outcome: "OK",
  ms: 1,
};
const unexpected = (error: unknown) => expect.fail(String(error));
let directory: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "ecert-calls-"));
});

afterEach(() => rmSync(directory, { recursive: true }));

describe("a call log", () => {
  test("has every line after it was closed, and goes on where it ended", async () => {
    const file = join(directory, "deep", "calls.jsonl");
    for (const requestId of ["a", "b"]) {
      const log = await openCallLog({ file, onError: unexpected });
      log.write({ ...LINE, requestId });
      await log.close();
    }
    const lines = readFileSync(file, "utf8")
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line));
    expect(lines).toEqual([
      { ...LINE, requestId: "a" },
      { ...LINE, requestId: "b" },
    ]);
  });

  test("turns over when it is full and keeps so many files, the newest", async () => {
    const file = join(directory, "calls.jsonl");
    for (let index = 0; index < 6; index++) {
      const log = await openCallLog({ file, maxBytes: 100, keep: 2, onError: unexpected });
      log.write({ ...LINE, requestId: `r${index}` });
      await log.close();
    }
    expect(readdirSync(directory).sort()).toEqual(["calls.jsonl", "calls.jsonl.1", "calls.jsonl.2"]);
    expect(readFileSync(`${file}.2`, "utf8")).toContain('"r3"');
    expect(readFileSync(file, "utf8")).toContain('"r5"');
  });

  test("on a disk that is full tells so once a minute with the lines that were dropped, and goes on when there is room", async () => {
    const file = join(directory, "calls.jsonl");
    symlinkSync("/dev/full", file);
    let time = 0;
    let dropped = 0;
    const told: number[] = [];
    const log = await openCallLog({
      file,
      monotonic: () => time,
      onDropped: (lines) => (dropped += lines),
      onError: (_, lines) => told.push(lines),
    });
    for (const [at, lines] of [1, 2, 3].entries()) {
      const before = dropped;
      for (let line = 0; line < lines; line++) log.write(LINE);
      await vi.waitFor(() => expect(dropped).toBe(before + lines));
      time = at === 1 ? 61_000 : time;
    }
    expect(told).toEqual([1, 5]);
    rmSync(file);
    await vi.waitFor(() => {
      log.write({ ...LINE, requestId: "again" });
      expect(readFileSync(file, "utf8")).toContain("again");
    });
    await log.close();
  });

  test("tells when it cannot be written, and loses no call for it", async () => {
    const errors: unknown[] = [];
    const log = await openCallLog({ file: join(directory, "calls.jsonl"), onError: (error) => errors.push(error) });
    rmSync(directory, { recursive: true });
    log.write(LINE);
    await log.close();
    expect(errors).toHaveLength(1);
    directory = mkdtempSync(join(tmpdir(), "ecert-calls-"));
  });
});
