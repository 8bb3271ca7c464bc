import { afterEach, beforeEach } from "vitest";
import type { House } from "./house.ts";
import { archiveScenarios } from "./scenarios-archive.ts";
import { batchScenarios } from "./scenarios-batches.ts";
import { changingScenarios } from "./scenarios-changing.ts";
import { makingScenarios } from "./scenarios-making.ts";
import { uploadScenarios } from "./scenarios-uploads.ts";
import type { Scene } from "./scene.ts";

/** What holds of making and issuing whatever agent is at the other end: the fake one here, the real one with its device. */
export function issueScenarios(open: () => Promise<House>): void {
  let current: Scene;

  beforeEach(async () => {
    const house = await open();
    current = { house, city: await house.start() };
  });
  afterEach(() => current.house.close());

  const scene = () => current;
  makingScenarios(scene);
  batchScenarios(scene);
  changingScenarios(scene);
  archiveScenarios(scene);
  uploadScenarios(scene);
}
