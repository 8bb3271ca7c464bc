import { openSigners, readPlan } from "./house-plan.ts";
import { createProver, type ProofSettings } from "./prove-certificate.ts";

/*
 * A process that proves certificates for `prove.ts`: it gets an index, and answers with the tally of that certificate.
 */
const [planFile = "", settingsJson = ""] = process.argv.slice(2);
const plan = readPlan(planFile);
const signers = openSigners(plan);
const prove = createProver(plan, signers, JSON.parse(settingsJson) as ProofSettings);

process.on("message", async (index: number) => {
  try {
    process.send?.({ index, ...(await prove(index)) });
  } catch (error) {
    process.send?.({ index, error: (error as Error).stack });
  }
});
// Ctrl-C reaches the whole group; the process that gives the orders ends this one.
process.on("SIGINT", () => undefined);
process.once("disconnect", () => signers.close());
process.send?.("ready");
