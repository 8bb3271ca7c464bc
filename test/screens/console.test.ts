import { afterAll, beforeAll, describe } from "vitest";
import { catalogTests } from "./console/catalog.ts";
import { certificatesTests } from "./console/certificates.ts";
import { groundTests } from "./console/ground.ts";
import { keysTests } from "./console/keys.ts";
import { openingsTests } from "./console/openings.ts";
import { supervisionTests } from "./console/supervision.ts";
import { useTests } from "./console/use.ts";
import { mineTests } from "./mine.ts";
import { openScreensScene, type ScreensScene } from "./scene.ts";
import { verifyTests } from "./verify.ts";

// One province and one browser for each person: what all screens are tried on.
describe("the screens, in a real browser with real certificates", () => {
  let scene: ScreensScene;
  beforeAll(async () => {
    scene = await openScreensScene();
  });
  afterAll(() => scene?.close());

  describe("certificates (发证)", () => certificatesTests(() => scene));
  describe("use (用证)", () => useTests(() => scene));
  describe("supervision (监督)", () => supervisionTests(() => scene));
  describe("kinds of certificate (目录)", () => catalogTests(() => scene));
  describe("requests for openings (开通)", () => openingsTests(() => scene));
  describe("signing in, the frame, what is told", () => groundTests(() => scene));
  describe("security keys", () => keysTests(() => scene));
  describe("the page of holders (我的电子证照)", () => mineTests(() => scene));
  describe("the verification page, for anybody", () => verifyTests(() => scene));
});
