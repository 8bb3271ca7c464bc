import { expect, test } from "vitest";
import { sha256Hex } from "../domain/canonical.ts";
import { catalogStatementBytes, catalogStatementOf, type PublishedVersion } from "./catalog-version.ts";

const VERSION: PublishedVersion = {
  ...{ code: "YYZZ", version: 1, publisher: "440000", publishedAt: "2026-11-30T01:00:00.000Z", name: "营业执照" },
  ...{ typeCode: "11100000MB03271699001", definingAuthority: "国家市场监督管理总局", holderKind: "organisation" },
  ...{ holdersMin: 1, holdersMax: 1, validityRuleJson: '{"kind":"unlimited"}', dataSchemaJson: '{"type":"object"}' },
  ...{ faceTemplateJson: '{"elements":[]}', exampleJson: "{}" },
};
const digest = (version: PublishedVersion) => sha256Hex(catalogStatementBytes(catalogStatementOf(version)));

test("4.3.1 what was signed before versions said more stays as it was signed", () => {
  const before = "2364e06f90ff8e926399143d83db5a2056df76b9c82cbd9babbb7f33d377b172";
  expect(digest(VERSION)).toBe(before);
  const nothing = {
    bindings: [],
    issuingLevels: [],
    issuingBodies: [],
    sealSamples: [],
    keeperCode: "",
    retired: false,
  };
  expect(digest({ ...VERSION, ...nothing })).toBe(before);
});

test("4.3.3 each thing that a version says is signed, pictures by their digest", () => {
  const said: Partial<PublishedVersion>[] = [
    { issuingLevels: ["city"] },
    { issuingLevels: ["city", "county"] },
    { issuingBodies: ["县级以上市场监督管理部门"] },
    { sealSamples: [{ name: "专用章", pictureJson: '{"kind":"round"}' }] },
    { sealSamples: [{ name: "专用章", pictureJson: '{"kind":"oval"}' }] },
    { keeperCode: "114401000000990003" },
    { retired: true },
  ];
  expect(new Set(said.map((one) => digest({ ...VERSION, ...one }))).size).toBe(said.length);
});
