import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { Refusal } from "../../../services/domain/refusal.ts";

const SOURCE = new URL("./sdf-driver.c", import.meta.url).pathname;

/** Compiles the SDF driver with `gcc` (or what `CC` names). Refuses (`INVALID_FIELD`) where that fails, with what it said. */
export async function buildSdfDriver(output: string): Promise<void> {
  const compiler = process.env.CC ?? "gcc";
  const options = ["-O2", "-Wall", "-Wextra", "-Werror", "-o", output, SOURCE, "-ldl"];
  try {
    await promisify(execFile)(compiler, options);
  } catch (cause) {
    const { stderr = "", message } = cause as Error & { stderr?: string };
    const why = stderr.split("\n")[0] || message;
    throw new Refusal("INVALID_FIELD", `${compiler} does not build the SDF driver: ${why}: install gcc`, { cause });
  }
}
