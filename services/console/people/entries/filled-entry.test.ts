import { create } from "@bufbuild/protobuf";
import { expect, test } from "vitest";
import { DepartmentEntrySchema } from "../../../../proto/gen/ecert/governance/v1/entry_pb.ts";
import { PaperKind } from "../../../../proto/gen/ecert/governance/v1/paper_pb.ts";
import { entryOf, filledFrom } from "./filled-entry.ts";

test("an entry that is opened in the form and saved as it is says the same (6.4.1.1)", () => {
  const said = {
    ...{ code: "11440106MB9DEM11X6", name: "局", division: "440106", superiorCode: "", revision: 3 },
    internalBodies: [{ name: "办公室", duties: "" }],
    units: [{ code: "114401000000990016", name: "所", division: "" }],
    seals: [{ name: "章", purpose: "营业执照" }],
    administrator: { account: "440100-ju-admin", name: "王示例" },
    papers: [{ kind: PaperKind.REGISTRATION_FORM, sha256: "ab" }],
  };
  const entry = create(DepartmentEntrySchema, said);
  expect(entryOf(filledFrom(entry, "440100-"), "440100-", 3)).toEqual(said);
});

test("rows that were added and left empty are sent, so that the node tells what they lack at their places", () => {
  const filled = { code: " 11440106MB9DEM11X6 ", name: "局", division: "440106", units: [undefined] };
  expect(entryOf(filled, "440100-", 0)).toMatchObject({
    code: "11440106MB9DEM11X6",
    units: [{ code: "", name: "", division: "" }],
    administrator: { account: "440100-", name: "" },
  });
});
