import { describe, expect, test, vi } from "vitest";
import { createMeshDirectory, type Endpoint, type Health } from "./mesh-directory.ts";

/** A directory whose health is told by the test. */
function open(addresses: string[]) {
  const told = new Map<number, (health: Health) => void>();
  const directory = createMeshDirectory(addresses, ({ port }, tell) => {
    told.set(port, tell);
    return () => told.delete(port);
  });
  const seen: number[][] = [];
  const follow = () => directory.follow((endpoints: Endpoint[]) => seen.push(endpoints.map(({ port }) => port)));
  return { told, seen, follow, directory };
}

describe("the directory of a service", () => {
  test("lists every replica until one says that it does not serve, and again when it does", async () => {
    const { told, seen, follow } = open(["127.0.0.1:1", "127.0.0.1:2"]);
    follow();
    await vi.waitFor(() => expect(seen.at(-1)).toEqual([1, 2]));
    told.get(1)?.("leaving");
    expect(seen.at(-1)).toEqual([2]);
    told.get(1)?.("serving");
    expect(seen.at(-1)).toEqual([1, 2]);
  });

  test("lists all where none serves: their own refusals say more than silence", async () => {
    const { told, seen, follow } = open(["127.0.0.1:1", "127.0.0.1:2"]);
    follow();
    await vi.waitFor(() => expect(seen).toHaveLength(1));
    told.get(1)?.("leaving");
    told.get(2)?.("leaving");
    expect(seen.at(-1)).toEqual([1, 2]);
  });

  test("leaves a silent one out and tells who waits for an answer, unless no other one serves", async () => {
    const { told, seen, follow, directory } = open(["127.0.0.1:1", "127.0.0.1:2"]);
    follow();
    await vi.waitFor(() => expect(seen).toHaveLength(1));
    let alarms = 0;
    const leave = directory.onSilent(() => {
      // The list without it was told before.
      expect(seen.at(-1)).toEqual([2]);
      alarms++;
    });
    told.get(1)?.("silent");
    // The other one may be one that cannot be reached.
    expect([alarms, seen.at(-1)]).toEqual([0, [1, 2]]);
    told.get(2)?.("serving");
    told.get(1)?.("serving");
    told.get(1)?.("silent");
    told.get(1)?.("silent");
    expect(alarms).toBe(1);
    told.get(2)?.("silent");
    expect([alarms, seen.at(-1)]).toEqual([1, [1, 2]]);
    leave();
    told.get(2)?.("serving");
    told.get(1)?.("serving");
    told.get(1)?.("silent");
    expect(alarms).toBe(1);
  });

  test("follows a name to all its addresses", async () => {
    const { seen, follow } = open(["localhost:7"]);
    follow();
    await vi.waitFor(() => expect(seen.at(-1)?.every((port) => port === 7)).toBe(true));
  });

  test("tells a second follower at once, and stops watching when the last one leaves", async () => {
    const { told, seen, follow } = open(["127.0.0.1:1", "127.0.0.1:2"]);
    const leave = follow();
    await vi.waitFor(() => expect(seen).toHaveLength(1));
    const leaveToo = follow();
    await vi.waitFor(() => expect(seen).toHaveLength(2));
    leave();
    expect(told.size).toBe(2);
    leaveToo();
    expect(told.size).toBe(0);
  });

  test("watches none that is alone, since it is never left out", async () => {
    const { told, seen, follow } = open(["127.0.0.1:1"]);
    follow();
    await vi.waitFor(() => expect(seen).toEqual([[1]]));
    expect(told.size).toBe(0);
  });
});
