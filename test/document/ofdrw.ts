import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

/*
 * ofdrw, the Java library for OFD: a second reader, a verifier of electronic seals, and a writer. Its jars are fetched with Maven
 * at first use, checked by one digest over all of them, and kept outside the tree.
 */
const OFDRW = {
  artifact: { group: "org.ofdrw", name: "ofdrw-full", version: "2.2.6" },
  plugin: "org.apache.maven.plugins:maven-dependency-plugin:2.8:copy-dependencies",
  /** SHA-256 over one line `name sha256` for each jar, by name. */
  sha256: "3ddd78145a77d3a58dd936e2955fc8d23b7d45151116d0d2d6ea2f403c368382",
};
const run = promisify(execFile);

/** Where ofdrw can be run from, or why it cannot. */
export type Ofdrw = { jars: string } | { missing: string };

/** Finds ofdrw: the folder that `ECERT_OFDRW` names, else the cached one, else it is fetched. */
export async function findOfdrw(): Promise<Ofdrw> {
  if (process.env.ECERT_OFDRW) return { jars: process.env.ECERT_OFDRW };
  if (!(await answers("java"))) return { missing: "there is no java on PATH (17 or later)" };
  const base = process.env.ECERT_CACHE || process.env.XDG_CACHE_HOME || join(homedir(), ".cache");
  const folder = join(base, "ecert", "readers");
  const jars = join(folder, `ofdrw-${OFDRW.artifact.version}`);
  if (existsSync(jars)) return { jars };
  if (!(await answers("mvn"))) return { missing: "its jars are not in the cache, and there is no mvn on PATH" };
  await mkdir(folder, { recursive: true });
  const work = await mkdtemp(join(folder, ".fetch-"));
  try {
    await fetchJars(work);
    // Whoever renames second finds the folder taken: the other's files are as good.
    await rename(join(work, "jars"), jars).catch((error: unknown) => {
      if (!existsSync(jars)) throw error;
    });
    return { jars };
  } catch (error) {
    return { missing: `its jars cannot be fetched: ${(error as Error).message.split("\n")[0]}` };
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

async function answers(program: string): Promise<boolean> {
  return run(program, ["-version"]).then(
    () => true,
    () => false,
  );
}

async function fetchJars(work: string): Promise<void> {
  const { group, name, version } = OFDRW.artifact;
  const dependency = `<dependency><groupId>${group}</groupId><artifactId>${name}</artifactId><version>${version}</version></dependency>`;
  const own =
    "<modelVersion>4.0.0</modelVersion><groupId>ecert</groupId><artifactId>readers</artifactId><version>1</version>";
  await writeFile(join(work, "pom.xml"), `<project>${own}<dependencies>${dependency}</dependencies></project>`);
  const options = ["-DincludeScope=runtime", "-DoutputDirectory=jars"];
  await run("mvn", ["-q", "-B", OFDRW.plugin, ...options], { cwd: work, timeout: 300_000 });
  const lines: string[] = [];
  for (const jar of (await readdir(join(work, "jars"))).sort()) {
    const content = await readFile(join(work, "jars", jar));
    lines.push(`${jar} ${createHash("sha256").update(content).digest("hex")}\n`);
  }
  const digest = createHash("sha256").update(lines.join("")).digest("hex");
  if (digest !== OFDRW.sha256) throw new Error(`${name} ${version} has another digest than the pinned one`);
}

/** Puts ofdrw to tasks (see `Judge.java`), all in one process; resolves to what it says of each, `ok` as a rule. */
export async function askOfdrw(jars: string, tasks: readonly (readonly string[])[]): Promise<string[]> {
  const judge = join(import.meta.dirname, "Judge.java");
  const args = tasks.flatMap((task, i) => (i === 0 ? task : ["--", ...task]));
  const quiet = "-Dorg.slf4j.simpleLogger.defaultLogLevel=off";
  const { stdout } = await run("java", [quiet, "-cp", join(jars, "*"), judge, ...args], { maxBuffer: 16 << 20 });
  return stdout.trim().split("\n").slice(-tasks.length);
}
