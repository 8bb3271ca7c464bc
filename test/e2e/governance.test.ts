import { afterAll, beforeAll } from "vitest";
import { describeCounting } from "./governance-counting.ts";
import { describeEnding } from "./governance-ending.ts";
import { describeEntering } from "./governance-entering.ts";
import { describeItem } from "./governance-item.ts";
import { describeOpening } from "./governance-opening.ts";
import { type GovernanceScene, openGovernanceScene } from "./governance-scene.ts";
import { describeUsing } from "./governance-using.ts";

/*
 * The administrative half of the standard, by nineteen people at a province and a city, none of whom has two roles: from a department that nobody knows to its
 * first certificate, the first use of that by another department, and the bulletin of a quarter. Each test is a step, goes on where the one before ended, and
 * shows who is refused there: the wrong person, the wrong level, the wrong order, a paper that is missing, what somebody has done himself.
 */

let scene: GovernanceScene;
beforeAll(async () => {
  scene = await openGovernanceScene();
});
afterAll(() => scene?.close());

const opened = () => scene;
describeEntering(opened);
describeItem(opened);
describeOpening(opened);
describeUsing(opened);
describeEnding(opened);
describeCounting(opened);
