import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, rename, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { cacheDirectory, ensurePip } from "../servers/fetch.mjs";
import { run } from "../setup/host.mjs";

/**
 * Resolves to the folder in the cache that holds what `requirements` (pip's format) pin, installed with pip where it is not there
 * yet: no part of it touches the host's Python. Two installations at once do not disturb each other.
 * Rejects with what to provide where it cannot be fetched; `instead`: what does without.
 */
export async function wheelFolder(name: string, requirements: string, instead: string[] = []): Promise<string> {
  const digest = createHash("sha256").update(requirements).digest("hex").slice(0, 16);
  const home = join(cacheDirectory("languages"), `${name}-${digest}`);
  if (existsSync(home)) return home;
  await mkdir(dirname(home), { recursive: true });
  const work = await mkdtemp(join(dirname(home), ".fetch-"));
  try {
    await ensurePip();
    await writeFile(join(work, "requirements.txt"), requirements);
    const quiet = ["--quiet", "--disable-pip-version-check", "--no-warn-script-location"];
    const only = ["--retries", "1", "--only-binary=:all:", "--no-compile", "--target", join(work, "ready")];
    const args = ["-m", "pip", "install", ...quiet, ...only, "-r", join(work, "requirements.txt")];
    await run("python3", args, { maxBuffer: 16 << 20 });
    // Whoever renames second finds the folder taken: the other's is as good.
    await rename(join(work, "ready"), home).catch((error) => {
      if (!existsSync(home)) throw error;
    });
    return home;
  } catch (error) {
    throw new Error(away(name, requirements, instead, error as { stderr?: string; message: string }));
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

function away(name: string, requirements: string, instead: string[], error: { stderr?: string; message: string }) {
  const reason = (error.stderr || error.message).trim().split("\n").at(-1);
  const wheels = requirements
    .replace(/ --hash=\S+/g, "")
    .trim()
    .split("\n")
    .join(", ");
  return [
    `无法获取 · cannot be fetched: ${name}（${wheels}）: ${reason}`,
    "请任选其一 · provide one of:",
    ...[
      ...instead,
      "PIP_INDEX_URL=自建镜像地址 · URL of a mirror of yours",
      "HTTPS_PROXY=代理地址 · URL of a proxy",
      "PIP_NO_INDEX=1 PIP_FIND_LINKS=目录 · folder that holds these wheels",
      "ECERT_CACHE=在联网机器上运行过本测试的缓存目录 · the cache of a machine where this was run",
    ].map((remedy) => `  - ${remedy}`),
  ].join("\n");
}
