/** What the host offers: commands on PATH, Debian packages. Plain Node 20 without npm packages: runs before `npm ci`. */
import { execFile } from "node:child_process";
import { access, constants } from "node:fs/promises";
import { delimiter, join } from "node:path";
import { promisify } from "node:util";

export const run = promisify(execFile);

/** Resolves to the path of a command, or undefined. */
export async function onPath(name) {
  for (const folder of (process.env.PATH ?? "").split(delimiter)) {
    if (folder !== "" && (await isExecutable(join(folder, name)))) return join(folder, name);
  }
  return undefined;
}

export async function isExecutable(path) {
  return access(path, constants.X_OK).then(
    () => true,
    () => false,
  );
}

/** Runs a command and tells whether it ended well. */
export async function succeeds(command, args, env = process.env) {
  return run(command, args, { env, maxBuffer: 64 << 20 }).then(
    () => true,
    () => false,
  );
}

/**
 * Installs Debian packages where this process may, and says so. Elsewhere it does nothing; whether it helped is the
 * caller's to check.
 */
export async function installPackages(packages, why, log) {
  if (packages.length === 0 || process.getuid?.() !== 0 || !(await onPath("apt-get"))) return;
  log(`installing Debian packages: ${packages.join(" ")} (${why})`);
  const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
  // A mirror that does not answer is given up; apt itself would wait for minutes.
  const patience = ["-o", "Acquire::Retries=1", "-o", "Acquire::http::Timeout=10", "-o", "Acquire::https::Timeout=10"];
  const install = [...patience, "install", "-y", "-q", "--no-install-recommends", ...packages];
  if (await succeeds("apt-get", install, env)) return;
  await succeeds("apt-get", [...patience, "update", "-q"], env);
  await succeeds("apt-get", install, env);
}
