import { create } from "@bufbuild/protobuf";
import { expect, test } from "vitest";
import { CatalogItemContentSchema, IssuingLevel } from "../../../proto/gen/ecert/catalog/v1/catalog_item_pb.ts";
import { DepartmentSchema } from "../../../proto/gen/ecert/catalog/v1/registry_pb.ts";
import { licenceContent } from "../../../test/fixtures/licence-content.ts";
import { requireIssuable } from "./issuable.ts";

const contentWith = (more: object) => create(CatalogItemContentSchema, { ...licenceContent, ...more });
const serving = (division: string) => create(DepartmentSchema, { code: "114401000000990003", division });

test("4.3.4 nothing is issued by an item that is retired", () => {
  expect(() => requireIssuable("YYZZ", contentWith({ retired: true }), serving("440100"))).toThrow(
    expect.objectContaining({ reason: "ITEM_RETIRED" }),
  );
});

test("4.3.3 a department issues what is issued at its level, and hears at which levels it is otherwise", () => {
  const content = contentWith({ issuingLevels: [IssuingLevel.PROVINCE, IssuingLevel.CITY] });
  expect(() => requireIssuable("YYZZ", content, serving("440100"))).not.toThrow();
  expect(() => requireIssuable("YYZZ", contentWith({}), serving("440106"))).not.toThrow();
  expect(() => requireIssuable("YYZZ", content, serving("440106"))).toThrow(
    expect.objectContaining({ reason: "ITEM_NOT_OPENED", localized: expect.stringContaining("省级、地市级部门") }),
  );
});
