import { afterAll, beforeAll, describe } from "vitest";
import { activateTests } from "./console/activate.ts";
import { groundTests } from "./console/ground.ts";
import { keysTests } from "./console/keys.ts";
import { provinceTests } from "./console/province.ts";
import { watchTests } from "./console/watch.ts";
import { mineTests } from "./mine.ts";
import { miniTests } from "./mini.ts";
import { scanTests } from "./scan.ts";
import { openScreensScene, type ScreensScene } from "./scene.ts";
import { verifyTests } from "./verify.ts";
import { verifyOfflineTests } from "./verify-offline.ts";

// Another province beside that of console.test.ts, so that both run at once.
describe("the frame, operations and the pages beside the console, in a real browser with real certificates", () => {
  let scene: ScreensScene;
  beforeAll(async () => {
    scene = await openScreensScene();
  });
  afterAll(() => scene?.close());

  describe("signing in, the frame, what is told", () => groundTests(() => scene));
  describe("activation by the institution certificate (机构证书激活)", () => activateTests(() => scene));
  describe("security keys", () => keysTests(() => scene));
  describe("operations (运维)", () => watchTests(() => scene));
  describe("older copies, and the console of the province", () => provinceTests(() => scene));
  describe("the page of holders (我的电子证照)", () => mineTests(() => scene));
  describe("the page at the counter (小程序)", () => miniTests(() => scene));
  describe("what holders show, before a camera", () => scanTests(() => scene));
  describe("the verification page, for anybody", () => verifyTests(() => scene));
  describe("QR codes, without a network too", () => verifyOfflineTests(() => scene));
});
