import { create, type MessageInitShape, toBinary } from "@bufbuild/protobuf";
import { describe, expect, test } from "vitest";
import { OpeningHaltKind } from "../../../proto/gen/ecert/catalog/v1/registry_pb.ts";
import { RegistryRecordSchema } from "../../../proto/gen/ecert/catalog/v1/registry_record_pb.ts";
import { registryFact } from "./registry-fact.ts";

const BUREAU = "114401000000990003";
const halt = { kind: OpeningHaltKind.SUSPENDED, cause: "核查" };
const factOf = (record: MessageInitShape<typeof RegistryRecordSchema>["record"] & object) =>
  registryFact(toBinary(RegistryRecordSchema, create(RegistryRecordSchema, { changes: 1n, record })), "2026-11-02")
    ?.fact;

describe("what a record of a registry says that is counted (4.7)", () => {
  const opening = { departmentCode: BUREAU, itemCode: "YYZZ", opensOn: "2026-10-01", closesOn: "2027-01-01" };
  const matter = {
    ...{ departmentCode: BUREAU, code: "M1", name: "核发", items: [{ itemCode: "YYZZ" }], enabledOn: "2026-10-01" },
    portal: [{ from: "2024-01-01", until: "2024-12-31" }, { from: "2026-01-01" }],
  };
  const usable = (more: object) => {
    const fact = factOf({ case: "matter", value: { ...matter, ...more } });
    return fact?.kind === "matter" ? fact.usable : undefined;
  };

  test("of an opening its days, and nothing while it is suspended or withdrawn (6.2.4.2)", () => {
    const days = { kind: "opened", item: "YYZZ", from: "2026-10-01", until: "2027-01-01" };
    expect(factOf({ case: "opening", value: opening })).toEqual(days);
    expect(factOf({ case: "opening", value: { ...opening, halt } })).toBeUndefined();
  });

  test("of a matter its periods on the portal until it ends (3.8), and since when it can use certificates", () => {
    const fact = factOf({ case: "matter", value: { ...matter, endedOn: "2026-12-01" } });
    expect(fact).toMatchObject({
      portal: [
        { from: "2024-01-01", until: "2024-12-31" },
        { from: "2026-01-01", until: "2026-11-30" },
      ],
      usable: [{ from: "2026-10-01" }],
    });
    expect(usable({ enabledOn: "", closesOn: "2026-12-31" })).toEqual([{ from: "2026-11-02", until: "2026-12-31" }]);
    for (const more of [{ items: [] }, { disabled: true }, { halt }]) expect(usable(more)).toEqual([]);
  });

  test("of a department its name, division and superior, and that it is closed; of an app nothing", () => {
    const value = { code: BUREAU, name: "局", division: "440106", superiorCode: "", closed: true };
    const fact = { kind: "department", name: "局", division: "440106", superior: "", closed: true };
    expect(factOf({ case: "department", value })).toEqual(fact);
    expect(factOf({ case: "app", value: {} })).toBeUndefined();
  });
});
