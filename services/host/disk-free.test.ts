import { tmpdir } from "node:os";
import { expect, test } from "vitest";
import { noticeOf, type Room, watchDisk } from "./disk-free.ts";

const GIB = 2 ** 30;

test("the room of a directory is told", async () => {
  const rooms: Room[] = [];
  const disk = await watchDisk(tmpdir(), (room) => rooms.push(room));
  disk.stop();
  expect(rooms).toHaveLength(1);
  expect(rooms[0]?.total).toBeGreaterThanOrEqual(rooms[0]?.free ?? Number.NaN);
});

test("an operator is told below 1 GiB and below 5 %, with what to do", () => {
  expect(noticeOf("/data", { free: 6 * GIB, total: 100 * GIB })).toBeUndefined();
  expect(noticeOf("/data", { free: 4 * GIB, total: 100 * GIB })).toContain("disk of /data: 4096 MiB (4 %) are free");
  expect(noticeOf("/data", { free: 0.5 * GIB, total: 2 * GIB })).toContain(
    "512 MiB (25 %) are free: move closed evidence",
  );
});

test("a directory that cannot be looked at is a notice", async () => {
  const disk = await watchDisk("/nowhere/at/all", () => {});
  disk.stop();
  expect(disk.notices()).toEqual([expect.stringContaining("its room cannot be told")]);
});
