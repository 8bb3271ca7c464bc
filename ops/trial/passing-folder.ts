import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A folder that does not outlive this process. */
export interface PassingFolder {
  readonly path: string;
  /** Removes it with all that it holds, and resolves when it is gone. */
  remove(): Promise<void>;
}

/** Waits for the end of its input, which comes with the end of whoever holds the other side; then removes, while the last of those that write there still end. */
const GUARDIAN = `
trap "" HUP INT TERM
cat >/dev/null
tries=0
while [ -e "$1" ] && [ "$tries" -lt 300 ]; do
  rm -rf -- "$1" 2>/dev/null || sleep 0.1
  tries=$((tries + 1))
done`;

/**
 * Makes a folder under the system's temporary one, for keys and data of a trial. A small shell removes it as soon as this
 * process is gone, also by SIGKILL; who writes there should end with this process too (`tied`).
 */
export function passingFolder(prefix: string): PassingFolder {
  const path = mkdtempSync(join(tmpdir(), prefix));
  // In a session of its own: what a terminal sends to all is not for it.
  const guardian = spawn("/bin/sh", ["-c", GUARDIAN, "guardian", path], {
    stdio: ["pipe", "ignore", "ignore"],
    detached: true,
    cwd: "/",
  });
  guardian.unref();
  const gone = once(guardian, "exit");
  return {
    path,
    async remove() {
      guardian.ref();
      guardian.stdin.end();
      await gone;
    },
  };
}
