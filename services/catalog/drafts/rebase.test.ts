import { describe, expect, test } from "vitest";
import { MemberSide } from "../../../proto/gen/ecert/catalog/v1/draft_service_pb.ts";
import type { JsonObject } from "../../domain/canonical.ts";
import { mergedContent } from "./rebase-draft.ts";

const BASE: JsonObject = { name: "营业执照", exampleJson: '{"a":1}', issuingBodies: ["甲"] };
const merged = (newest: JsonObject, draft: JsonObject, sides: [string, MemberSide][] = []) =>
  mergedContent(BASE, { ...BASE, ...newest }, { ...BASE, ...draft }, new Map(sides));

describe("4.3.4 of two changes of one version", () => {
  test("what only one of them changed is taken from it", () => {
    expect(merged({ name: "新" }, { exampleJson: '{"a":2}' })).toEqual({ ...BASE, name: "新", exampleJson: '{"a":2}' });
  });

  test("what both changed otherwise is chosen by a person, each such member named", () => {
    const both = () => merged({ name: "甲", issuingBodies: [] }, { name: "乙", issuingBodies: ["丙"] });
    expect(both).toThrow(
      expect.objectContaining({
        reason: "INVALID_FIELD",
        fields: [
          expect.objectContaining({ field: "choices.name" }),
          expect.objectContaining({ field: "choices.issuing_bodies" }),
        ],
      }),
    );
  });

  test("what was chosen is taken whole, from either side", () => {
    const choose = (side: MemberSide) => merged({ name: "甲" }, { name: "乙" }, [["name", side]]).name;
    expect([choose(MemberSide.DRAFT), choose(MemberSide.NEWEST)]).toEqual(["乙", "甲"]);
  });

  test("what both changed to the same is that, however its JSON is written", () => {
    expect(merged({ exampleJson: '{"a":2}' }, { exampleJson: '{ "a": 2 }' }).exampleJson).toBe('{ "a": 2 }');
  });
});
