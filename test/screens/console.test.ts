import { afterAll, beforeAll, describe } from "vitest";
import { archiveTests } from "./console/archive.ts";
import { auditTests } from "./console/audit.ts";
import { catalogTests } from "./console/catalog.ts";
import { certificatesTests } from "./console/certificates.ts";
import { manyRowsTests } from "./console/many-rows.ts";
import { openingsTests } from "./console/openings.ts";
import { paperTests } from "./console/papers.ts";
import { peopleTests } from "./console/people.ts";
import { rowsTests } from "./console/rows.ts";
import { sealsTests } from "./console/seals.ts";
import { supervisionTests } from "./console/supervision.ts";
import { useTests } from "./console/use.ts";
import { openScreensScene, type ScreensScene } from "./scene.ts";

// One province and one browser for each person: what the work on screen is tried on. What weighs on the node comes last.
describe("the screens of staff at their work, in a real browser with real certificates", () => {
  let scene: ScreensScene;
  beforeAll(async () => {
    scene = await openScreensScene();
  });
  afterAll(() => scene?.close());

  describe("certificates (发证)", () => certificatesTests(() => scene));
  describe("data items of several rows (发证)", () => rowsTests(() => scene));
  describe("use (用证)", () => useTests(() => scene));
  describe("supervision (监督)", () => supervisionTests(() => scene));
  describe("archive (证照库)", () => archiveTests(() => scene));
  describe("audit (审计)", () => auditTests(() => scene));
  describe("kinds of certificate (目录)", () => catalogTests(() => scene));
  describe("requests for openings (开通)", () => openingsTests(() => scene));
  describe("departments and people (部门与人员)", () => peopleTests(() => scene));
  describe("papers of cases (材料)", () => paperTests(() => scene));
  describe("seals (电子印章)", () => sealsTests(() => scene));
  describe("ten thousand rows", () => manyRowsTests(() => scene));
});
