import { describe, expect, test, vi } from "vitest";
import { createMeshDirectory, type Endpoint } from "./mesh-directory.ts";

/** A directory whose health is told by the test. */
function open(addresses: string[]) {
  const told = new Map<number, (serving: boolean) => void>();
  const directory = createMeshDirectory(addresses, ({ port }, tell) => {
    told.set(port, tell);
    return () => told.delete(port);
  });
  const seen: number[][] = [];
  const follow = () => directory.follow((endpoints: Endpoint[]) => seen.push(endpoints.map(({ port }) => port)));
  return { told, seen, follow };
}

describe("the directory of a service", () => {
  test("lists every replica until one says that it does not serve, and again when it does", async () => {
    const { told, seen, follow } = open(["127.0.0.1:1", "127.0.0.1:2"]);
    follow();
    await vi.waitFor(() => expect(seen.at(-1)).toEqual([1, 2]));
    told.get(1)?.(false);
    expect(seen.at(-1)).toEqual([2]);
    told.get(1)?.(true);
    expect(seen.at(-1)).toEqual([1, 2]);
  });

  test("lists all where none serves: their own refusals say more than silence", async () => {
    const { told, seen, follow } = open(["127.0.0.1:1", "127.0.0.1:2"]);
    follow();
    await vi.waitFor(() => expect(seen).toHaveLength(1));
    told.get(1)?.(false);
    told.get(2)?.(false);
    expect(seen.at(-1)).toEqual([1, 2]);
  });

  test("follows a name to all its addresses", async () => {
    const { seen, follow } = open(["localhost:7"]);
    follow();
    await vi.waitFor(() => expect(seen.at(-1)?.every((port) => port === 7)).toBe(true));
  });

  test("tells a second follower at once, and stops watching when the last one leaves", async () => {
    const { told, seen, follow } = open(["127.0.0.1:1"]);
    const leave = follow();
    await vi.waitFor(() => expect(seen).toHaveLength(1));
    const leaveToo = follow();
    await vi.waitFor(() => expect(seen).toHaveLength(2));
    leave();
    expect(told.size).toBe(1);
    leaveToo();
    expect(told.size).toBe(0);
  });
});
