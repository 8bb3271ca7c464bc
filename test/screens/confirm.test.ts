import { afterAll, beforeAll, describe } from "vitest";
import { confirmTests } from "./console/confirm.ts";
import { openScreensScene, type ScreensScene } from "./scene.ts";

// A province of its own: the policy of the department's agent asks for an officer's word here, for all that is issued.
describe("issuing with a security key, in a real browser with real certificates", () => {
  let scene: ScreensScene;
  beforeAll(async () => {
    scene = await openScreensScene();
  });
  afterAll(() => scene?.close());

  confirmTests(() => scene);
});
