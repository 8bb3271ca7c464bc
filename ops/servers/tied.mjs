/** Processes that end with the one that started them, however that one ends. Plain Node 20: the set-up uses it too. */
import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";

/** The kernel sends its signal from the moment that it is asked to: whoever lost the parent before that ends by itself. */
const UNLESS_ORPHANED = '[ "$PPID" = "$1" ] || exit 1; shift; exec "$@"';

/**
 * What to spawn in place of a command, so that the kernel sends it the signal as soon as this process is gone: killed with
 * SIGKILL, crashed, or ended without a word. The process has the same id as without. Where there is no `setpriv` (util-linux;
 * outside of Linux) the command is handed back as it is.
 *
 * @param {string} command
 * @param {readonly string[]} args
 * @param {"SIGKILL" | "SIGTERM"} [signal]
 * @returns {[string, string[]]}
 */
export function tied(command, args, signal = "SIGKILL") {
  const setpriv = process.platform === "linux" ? find("setpriv") : undefined;
  if (setpriv === undefined) return [command, [...args]];
  const check = ["/bin/sh", "-c", UNLESS_ORPHANED, "tied", String(process.pid)];
  return [setpriv, ["--pdeathsig", signal.slice("SIG".length), "--", ...check, command, ...args]];
}

function find(name) {
  const folders = (process.env.PATH ?? "").split(delimiter).filter((folder) => folder !== "");
  return folders.map((folder) => join(folder, name)).find((file) => existsSync(file));
}
