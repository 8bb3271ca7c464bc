import { create } from "@bufbuild/protobuf";
import { describe, expect, test } from "vitest";
import { OfficersSchema } from "../../../proto/gen/ecert/agent/v1/agent_service_pb.ts";
import { keysOf, listFor, type ToldList, toldOfficers } from "./told-officers.ts";

const key = (account: string, id: number, since = "2026-01-01", until = "") => ({
  ...{ account, credentialId: Buffer.alloc(16, id), since, until },
});
const told = (version: number, keys: ReturnType<typeof key>[] = []) =>
  toldOfficers(
    create(OfficersSchema, {
      items: ["I1"],
      maxAgeSeconds: 3_600n,
      lists: [
        { department: "D", version: BigInt(version), from: "2026-01-01", until: "2026-12-31", rpId: "x.example", keys },
      ],
    }),
  );

describe("what agents tell of officers", () => {
  test("the newest list counts of a department and an item; agents that tell nothing count for nothing", () => {
    const all = [undefined, told(2), told(10), told(9)];
    expect(listFor(all, { item: "I1", department: "D" })).toMatchObject({ version: 10n, maxAgeSeconds: 3_600 });
    expect(listFor(all, { item: "I2", department: "D" })).toBeUndefined();
    expect(listFor(all, { item: "I1", department: "E" })).toBeUndefined();
    expect(toldOfficers(undefined)).toBeUndefined();
  });

  test("of an item that is confirmed on the agent's own page alone the list says where that is", () => {
    const lists = [{ department: "D", version: 1n, from: "2026-01-01", until: "2026-12-31", rpId: "x.example" }];
    const page = "https://sign.example";
    const one = toldOfficers(create(OfficersSchema, { items: ["I1", "I2"], pageItems: ["I2"], page, lists }));
    expect(listFor([one], { item: "I1", department: "D" })).not.toHaveProperty("page");
    expect(listFor([one], { item: "I2", department: "D" })).toMatchObject({ page });
  });

  test("of one that tells more than 2,000 keys nothing is taken", () => {
    const many = (count: number) =>
      told(
        1,
        Array.from({ length: count }, () => key("li", 1)),
      );
    expect([many(2_000) === undefined, many(2_001) === undefined]).toEqual([false, true]);
  });

  test("an account is asked for the keys that are good today", () => {
    const keys = [key("li", 1), key("li", 2, "2026-06-02"), key("li", 3, "2026-01-01", "2026-05-31"), key("wang", 4)];
    const list = told(1, keys)?.lists[0] as ToldList;
    expect(keysOf(list, "li", "2026-06-01")).toEqual([Buffer.alloc(16, 1)]);
    expect(keysOf(list, "li", "2027-01-01")).toEqual([]);
  });
});
