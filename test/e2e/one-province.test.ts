import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll } from "vitest";
import { startTrial, type Trial } from "../../ops/trial/trial.ts";
import { describeAcceptance } from "./acceptance.ts";
import { describeBadInput } from "./bad-input.ts";
import { describeOutsideClients } from "./outside-clients.ts";
import { describePublicVerification } from "./public-verification.ts";

/* What needs a province of real processes and disturbs nobody in it shares one: each uses serials of its own. */

let trial: Trial;
const directory = mkdtempSync(join(tmpdir(), "ecert-province-"));
beforeAll(async () => {
  trial = await startTrial({ directory, layout: "one", store: { engine: "sqlite" } });
});
afterAll(async () => {
  await trial?.stop();
  rmSync(directory, { recursive: true, force: true });
});

describeBadInput(() => trial);
describeOutsideClients(() => trial);
describePublicVerification(() => trial);
describeAcceptance(() => trial);
