import { create } from "@bufbuild/protobuf";
import { expect, test } from "vitest";
import { ChangeKind, DepartmentChangeSchema } from "../../../../proto/gen/ecert/governance/v1/change_pb.ts";
import { changeOf, filledFrom } from "./filled-change.ts";

const SPLIT = {
  ...{ id: "split-1", revision: 2, kind: ChangeKind.SPLIT, departmentCode: "A", effectiveOn: "2026-12-01" },
  ...{ newName: "", successorCode: "", papers: [] },
  transfers: [{ toCode: "B", unitCodes: ["U1", "U2"], matterCodes: ["M1"], appKeys: [], itemCodes: ["I1"] }],
};

test("a change that is opened in the form and saved as it is says the same (4.2)", () => {
  expect(changeOf(filledFrom(create(DepartmentChangeSchema, SPLIT)), "split-1", 2)).toEqual(SPLIT);
});

test("of another kind only what that kind has is sent", () => {
  const filled = { ...filledFrom(create(DepartmentChangeSchema, SPLIT)), kind: ChangeKind.RENAME, newName: "新名" };
  expect(changeOf(filled, "split-1", 2)).toMatchObject({ newName: "新名", transfers: [], successorCode: "" });
});
