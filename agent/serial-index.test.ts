import { describe, expect, test } from "vitest";
import { fail, reused, row } from "../test/agent/serial-rows.ts";
import { type IndexFile, openIndexFile } from "./index-file.ts";
import { createSerialIndex } from "./serial-index.ts";

const turn = () => new Promise((resolve) => setImmediate(resolve));

describe("one serial, one certificate", () => {
  test("a serial that is claimed stands for one message, at once and for ever", async () => {
    const file = openIndexFile(":memory:");
    const index = createSerialIndex(file, fail);
    const claim = index.claim(row("s1"));
    expect(() => index.claim(row("s1", "d2"))).toThrow(reused("metadata.businessSerial"));
    expect(() => index.claim(row("s2", "d2", "id-s1"))).toThrow(reused("metadata.identifier"));
    claim.confirm({ n: 1, hash: "h" });
    await turn();
    expect(file.bySerial("app", "s1")).toEqual(row("s1"));
    expect(() => index.claim(row("s1", "d2"))).toThrow(reused("metadata.businessSerial"));
    expect(() => index.claim(row("s2", "d2", "id-s1"))).toThrow(reused("metadata.identifier"));
    // The same intent again, as after a crash.
    index.claim(row("s1")).confirm({ n: 2, hash: "h2" });
  });

  test("a claim that was not journalled is free again, unless another claims the same", async () => {
    const index = createSerialIndex(openIndexFile(":memory:"), fail);
    const [first, second] = [index.claim(row("s1")), index.claim(row("s1"))];
    first.release();
    expect(() => index.claim(row("s1", "d2"))).toThrow(reused("metadata.businessSerial"));
    second.release();
    index.claim(row("s1", "d2")).confirm({ n: 1, hash: "h" });
    await turn();
    expect(() => index.claim(row("s1"))).toThrow(reused("metadata.businessSerial"));
  });

  describe("of one certificate one message is signed on a day", () => {
    const of = (day: string, message: string, shown = "seal") => ({ ...row("s1"), latest: { day, message, shown } });
    const refused = expect.objectContaining({
      reason: "POLICY_REFUSED",
      metadata: expect.objectContaining({ member: "metadata.preparedAt", rule: "signed-today" }),
    });

    test("another one of that day is refused, in the same turn and for ever, and the same one is not", async () => {
      const file = openIndexFile(":memory:");
      const index = createSerialIndex(file, fail);
      const claim = index.claim(of("2026-11-24", "m1"));
      expect(() => index.claim(of("2026-11-24", "m2"))).toThrow(refused);
      claim.confirm({ n: 1, hash: "h" });
      await turn();
      expect(() => index.claim(of("2026-11-24", "m2"))).toThrow(refused);
      expect(() => createSerialIndex(file, fail).claim(of("2026-11-24", "m2"))).toThrow(refused);
      index.claim(of("2026-11-24", "m1")).confirm({ n: 2, hash: "h2" });
    });

    test("one of a later day takes its place, and none of the earlier day is signed any more", async () => {
      const file = openIndexFile(":memory:");
      const index = createSerialIndex(file, fail);
      index.claim(of("2026-11-24", "m1")).confirm({ n: 1, hash: "h1" });
      index.claim(of("2026-11-25", "m2")).confirm({ n: 2, hash: "h2" });
      for (const [day, message] of [
        ["2026-11-25", "m3"],
        ["2026-11-24", "m1"],
        ["2026-11-24", "m3"],
      ] as const) {
        expect(() => index.claim(of(day, message))).toThrow(refused);
        await turn();
        expect(() => createSerialIndex(file, fail).claim(of(day, message))).toThrow(refused);
      }
    });

    test("one on which the policy has put another seal or picture is signed on the same day", async () => {
      const file = openIndexFile(":memory:");
      const index = createSerialIndex(file, fail);
      index.claim(of("2026-11-24", "m1")).confirm({ n: 1, hash: "h1" });
      index.claim(of("2026-11-24", "m2", "another seal")).confirm({ n: 2, hash: "h2" });
      await turn();
      expect(() => index.claim(of("2026-11-24", "m3", "another seal"))).toThrow(refused);
      expect(file.bySerial("app", "s1")).toEqual(of("2026-11-24", "m2", "another seal"));
    });
  });

  test("a file that cannot be written loses nothing: it is written with the next", async () => {
    const file = openIndexFile(":memory:");
    let broken = true;
    const faults: unknown[] = [];
    const add: IndexFile["add"] = (rows, head, used) => {
      if (broken) throw new Error("full");
      file.add(rows, head, used);
    };
    const index = createSerialIndex({ ...file, add }, (error) => faults.push(error));
    index.claim(row("s1")).confirm({ n: 1, hash: "h1" });
    await turn();
    expect(faults).toHaveLength(1);
    expect(() => index.claim(row("s1", "d2"))).toThrow(reused("metadata.businessSerial"));
    broken = false;
    index.claim(row("s2")).confirm({ n: 2, hash: "h2" });
    await turn();
    expect([file.bySerial("app", "s1"), file.bySerial("app", "s2"), file.head()?.n]).toEqual([row("s1"), row("s2"), 2]);
  });
});
