import type { ExecFileOptions } from "node:child_process";

/** See `host.mjs`: the path of a command, or undefined. */
export function onPath(name: string): Promise<string | undefined>;
/** See `host.mjs`: what a command prints; rejects where it fails. */
export function run(
  command: string,
  args: readonly string[],
  options?: ExecFileOptions,
): Promise<{ stdout: string; stderr: string }>;
