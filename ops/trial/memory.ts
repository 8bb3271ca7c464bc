import { readdirSync, readFileSync } from "node:fs";

/** A process and all below it, by their ids; on Linux only. Those that end while one looks are left out. */
export function processesFrom(pid: number): number[] {
  const all = readdirSync("/proc").filter((name) => /^\d+$/.test(name));
  const parents = new Map(all.map((name) => [Number(name), parentOf(name)]));
  const found = [pid];
  for (const one of found) for (const [child, parent] of parents) if (parent === one) found.push(child);
  return found;
}

/** Memory of processes, bytes: the sum of their proportional shares (PSS), so that what several share counts once. */
export function memoryOf(pids: readonly number[]): number {
  const share = (pid: number) => Number(/^Pss:\s+(\d+) kB$/m.exec(read(pid, "smaps_rollup"))?.[1] ?? 0);
  return pids.reduce((sum, pid) => sum + share(pid) * 1024, 0);
}

/**
 * The same as if no other process ran on the host: where others run the same program, PSS leaves part of it to them. Of each file that
 * is mapped, what the one process has of it that has most.
 */
export function memoryAlone(pids: readonly number[]): number {
  const files = new Map<string, number>();
  let own = 0;
  for (const pid of pids) {
    for (const mapping of read(pid, "smaps").split(/^(?=[0-9a-f]+-[0-9a-f]+ )/m)) {
      const { key, anonymous, mapped } = readMapping(mapping);
      own += anonymous;
      files.set(key, Math.max(files.get(key) ?? 0, mapped));
    }
  }
  return [...files.values()].reduce((sum, bytes) => sum + bytes, own);
}

/** Bytes of one mapping: those of the process alone, and those of a file that others may map too. */
function readMapping(text: string): { key: string; anonymous: number; mapped: number } {
  const of = (name: string) => Number(new RegExp(`^${name}:\\s+(\\d+) kB$`, "m").exec(text)?.[1] ?? 0) * 1024;
  const [, offset = "", inode = ""] = /^\S+ \S+ ([0-9a-f]+) \S+ (\d+)/.exec(text) ?? [];
  const [resident, anonymous] = [of("Rss"), of("Anonymous")];
  if (inode === "0") return { key: "", anonymous: resident, mapped: 0 };
  return { key: `${inode} ${offset}`, anonymous, mapped: resident - anonymous };
}

/** What a process and all below it took at most. */
export interface MemoryWatch {
  /** Looks now. Bytes. */
  look(): number;
  /** Bytes of the look that found most. */
  peak(): number;
  stop(): void;
}

/** Looks every two seconds at the memory of this process and all below it. */
export function watchMemory(): MemoryWatch {
  let most = 0;
  const look = () => {
    const now = memoryOf(processesFrom(process.pid));
    most = Math.max(most, now);
    return now;
  };
  const timer = setInterval(look, 2_000).unref();
  return { look, peak: () => most, stop: () => clearInterval(timer) };
}

function parentOf(pid: string): number {
  const stat = read(pid, "stat");
  return Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[1]);
}

function read(pid: string | number, name: string): string {
  try {
    return readFileSync(`/proc/${pid}/${name}`, "utf8");
  } catch {
    return "";
  }
}
