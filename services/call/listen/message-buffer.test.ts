import { randomBytes } from "node:crypto";
import { expect, test } from "vitest";
import { MessageBuffer } from "./message-buffer.ts";

const LIMIT = 3 << 20;

test.each([0, 1, 65_536, 65_537, 1 << 20, LIMIT])("a message of %d bytes is the same however it was cut", (size) => {
  const bytes = randomBytes(size);
  const message = new MessageBuffer(LIMIT);
  for (const cut of [65_536, 65_535, 1_000_003, LIMIT]) {
    for (let at = 0; at < size; at += cut) message.append(bytes.subarray(at, at + cut));
    expect(message.size).toBe(size);
    expect(message.take().equals(bytes)).toBe(true);
    expect(message.size).toBe(0);
  }
});

test("what has been put together is held once, however many pieces it came in, without anything being collected", () => {
  const before = process.memoryUsage().arrayBuffers;
  const message = new MessageBuffer(LIMIT);
  const piece = Buffer.alloc(1_024);
  for (let size = 0; size < LIMIT; size += piece.length) message.append(piece);
  const whole = message.take();
  expect(whole.length).toBe(LIMIT);
  expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(LIMIT * 1.1);
});

test("a large message shares its memory with nothing, so that it can be handed over", () => {
  const message = new MessageBuffer(LIMIT);
  message.append(Buffer.alloc(100_000));
  const whole = message.take();
  expect([whole.byteOffset, whole.buffer.byteLength, (whole.buffer as ArrayBuffer).resizable]).toEqual([
    0,
    100_000,
    false,
  ]);
});
