import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { replicated } from "../trial/links.ts";
import type { BenchRun, Figure } from "./figure.ts";

/** Certificates over which growth is taken, and as many before them: what is kept once is there by then. */
const CERTIFICATES = 600;
const CALLERS = 16;
/** Bytes that each is to take at most. */
const AIMS = { city: 40_000, agent: 2_000, province: 40_000 };

/**
 * What one certificate takes on disk, whatever it lies in: store, packs, evidence and journals of the city, of the agent, and of the province, each by how
 * much its folder grew. Left out are the write-ahead logs of SQLite and the brokers, which hold what is on its way and are bounded, and logs of processes.
 */
export async function benchKept({ trial }: BenchRun): Promise<Figure[]> {
  const province = await trial();
  const { cores, agents } = province.trial;
  const agent = agents.get(province.department.agent);
  const folders = {
    city: join(cores.linghai.directory, "data"),
    agent: agent?.files.directory ?? "",
    province: join(cores.province.directory, "data"),
  };
  const issue = async () => {
    const turns = Array.from({ length: CALLERS }, async (_, caller) => {
      for (let one = caller; one < CERTIFICATES; one += CALLERS) await province.issue();
    });
    await Promise.all(turns);
    await replicated(province.trial, cores.linghai, 300_000);
  };
  await issue();
  const before = Object.values(folders).map(bytesByKind);
  await issue();
  return Object.entries(folders).map(([name, folder], at) => {
    const grown = growth(before[at] as Sizes, bytesByKind(folder));
    const sum = [...grown.values()].reduce((all, bytes) => all + bytes, 0);
    const parts = [...grown].filter(([, bytes]) => bytes > 0).sort(([, a], [, b]) => b - a);
    return {
      name: `kept of a certificate: ${name}`,
      value: sum / CERTIFICATES / 1000,
      unit: "KB",
      aim: AIMS[name as keyof typeof AIMS] / 1000,
      below: true,
      note: parts.map(([kind, bytes]) => `${kind} ${(bytes / CERTIFICATES / 1000).toFixed(1)}`).join(", "),
    };
  });
}

/** Bytes by the first part of a path below a folder. */
type Sizes = ReadonlyMap<string, number>;

function bytesByKind(folder: string): Sizes {
  const sizes = new Map<string, number>();
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile() || /-(wal|shm)$|\.log$/.test(entry.name)) continue;
    const path = join(entry.parentPath, entry.name);
    const kind = path.slice(folder.length + 1).split("/")[0] ?? "";
    sizes.set(kind, (sizes.get(kind) ?? 0) + statSync(path).size);
  }
  return sizes;
}

function growth(before: Sizes, after: Sizes): Map<string, number> {
  return new Map([...after].map(([kind, bytes]) => [kind, bytes - (before.get(kind) ?? 0)]));
}
