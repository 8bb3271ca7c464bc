import { expect, test } from "vitest";
import { createLastFaults } from "./last-faults.ts";

test("5.7.2: what stood in a link's way is told after it is mended, since when and until when, for each peer", () => {
  let minute = 0;
  const faults = createLastFaults(() => new Date(Date.UTC(2026, 11, 2, 8, minute++)));
  const at = (of: number) => `2026-12-02T08:0${of}:00.000Z`;
  expect(faults.note("440000", "")).toBeUndefined();
  expect(faults.note("440000", "PEER_AWAY: the broker is not connected")).toMatchObject({ since: at(1), seen: at(1) });
  expect(faults.note("440000", "PEER_AWAY: the stream takes nothing")).toMatchObject({ since: at(1), seen: at(2) });
  const first = { text: "PEER_AWAY: the stream takes nothing", since: at(1), seen: at(2) };
  expect(faults.note("440000", "")).toEqual(first);
  expect(faults.note("440100", "")).toBeUndefined();
  expect(faults.note("440000", "PEER_AWAY: the broker is not connected")).toMatchObject({ since: at(5) });
  expect(faults.note("440000", "STORE_FULL: the stream has no room")).toMatchObject({ since: at(6), seen: at(6) });
});
