import { afterAll, beforeAll, describe } from "vitest";
import { catalogSteps } from "./story/catalog.ts";
import { enteringSteps } from "./story/entering.ts";
import { listingSteps } from "./story/listing.ts";
import { livingSteps } from "./story/living.ts";
import { openingSteps } from "./story/opening.ts";
import { openStage, type Stage } from "./story/stage.ts";

/* From a province that nobody has told anything to what a citizen sees: everybody in a browser of the own, filmed. */
describe("the story of a certificate, on screen", () => {
  let stage: Stage;
  beforeAll(async () => {
    stage = await openStage();
  });
  afterAll(() => stage?.close());
  const opened = () => stage;

  enteringSteps(opened);
  catalogSteps(opened);
  listingSteps(opened);
  openingSteps(opened);
  livingSteps(opened);
});
