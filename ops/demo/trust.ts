import { spawnSync } from "node:child_process";
import { join } from "node:path";
import type { Core, CoreProcess } from "../trial/core.ts";
import type { Trial } from "../trial/trial.ts";
import type { Narrator } from "./narrator.ts";

const ECERT = join(import.meta.dirname, "..", "ecert", "main.ts");

/** The documents that the demo leaves, by their names in the folder of artefacts. */
export const DOCUMENTS = [
  "营业执照.pdf",
  "营业执照.message.json",
  "营业执照.archive.pdf",
  "营业执照.holder.pdf",
  "结婚证.pdf",
  "居住证.pdf",
  "居住证.ofd",
  "居住证.json",
] as const;

/** Runs our own command in a process of its own, as anybody would; tells whether it ended well. What it complains of is shown. */
export function ecert(...args: string[]): boolean {
  return spawnSync(process.execPath, [ECERT, ...args], { stdio: ["ignore", "ignore", "inherit"] }).status === 0;
}

/** Makes the trust folder of the trial's province among the artefacts, and gives its path. */
export function exportTrust({ cores }: Pick<Trial, "cores">, artefacts: string): string {
  const folder = join(artefacts, "trust");
  if (!ecert("trust", "export", "--to", folder, "--config", processOf(cores.province).configFile)) {
    throw new Error(`no trust folder could be made in ${folder}`);
  }
  return folder;
}

/** The process of a core that publishes what verifiers need. */
function processOf({ processes }: Core): CoreProcess {
  return processes.find(({ services }) => services.includes("sync")) as CoreProcess;
}

/** What anybody types to verify all that the demo leaves, on any machine, without a network. */
export function verifyCommand(artefacts: string): string {
  const files = DOCUMENTS.map((name) => join(artefacts, name)).join(" ");
  return `npm run ecert -- verify ${files} --trust ${join(artefacts, "trust")}`;
}

/** Brings the trust folder up to date, and verifies by it every document that was left, off-line. */
export function verifyAll(trial: Trial, narrator: Narrator, artefacts: string): void {
  narrator.step(
    "离线验证",
    "A trust folder is exported; whoever has it verifies every document without any of these servers",
  );
  const trust = exportTrust(trial, artefacts);
  const judged = ecert("verify", ...DOCUMENTS.map((name) => join(artefacts, name)), "--trust", trust, "--offline");
  narrator.check(`all ${DOCUMENTS.length} documents are genuine and in force`, "ecert verify", judged);
  narrator.say(verifyCommand(artefacts));
}
