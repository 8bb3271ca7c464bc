/** See `tied.mjs`: what to spawn, so that the kernel ends it (default: SIGKILL) as soon as this process is gone. */
export function tied(
  command: string,
  args: readonly string[],
  signal?: "SIGKILL" | "SIGTERM",
): [command: string, args: string[]];
