import { join } from "node:path";
import type { NodeConfig } from "../../services/host/config.ts";
import { makeStampFiles, type StampFiles } from "../time-stamp/files.ts";
import { freePorts } from "./ports.ts";
import type { Program } from "./process.ts";

/** The trial's time stamp authority. */
export interface TrialStamps {
  url: string;
  files: StampFiles;
}

/** Makes the keys of an authority and chooses its address; `program` serves it. */
export async function planTimeStamps(
  directory: string,
  logDirectory: string,
): Promise<{ stamps: TrialStamps; program: Program }> {
  const files = makeStampFiles(join(directory, "time-stamps"));
  const [port] = await freePorts(1);
  const url = `http://127.0.0.1:${port}/`;
  return {
    stamps: { url, files },
    program: {
      name: "time-stamps",
      script: "ops/time-stamp/main.ts",
      args: ["--directory", files.directory, "--port", String(port)],
      logDirectory,
      // It answers POST alone; that it says so means that it serves.
      ready: async () => (await fetch(url, { signal: AbortSignal.timeout(2_000) })).status === 405,
    },
  };
}

/** What a process that makes, or judges, signatures is configured with. */
export function stampedBy(
  stamps: TrialStamps | undefined,
  services: readonly string[],
): { signers: Pick<NonNullable<NodeConfig["signers"]>, "timeStamps">; config: Pick<NodeConfig, "timeStamp"> } {
  if (!stamps) return { signers: {}, config: {} };
  const { url, files } = stamps;
  const timeStamps = { anchorFiles: [files.rootFile], revocationListFiles: [files.revocationListFile] };
  const timeStamp = { url, required: true, timeoutMs: 5_000, hash: "sha256" as const };
  // The issue service stamps what is signed; both put document time stamps on files that are to last.
  const asks = services.includes("issue") || services.includes("usage");
  return { signers: { timeStamps }, config: asks ? { timeStamp } : {} };
}
