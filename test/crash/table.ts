import type { Struck } from "./strikes.ts";

/** The crash table: per row and target how often it was killed, and how often the work went on. */
export function crashTable(struck: readonly Struck[]): string {
  const groups = new Map<string, Struck[]>();
  for (const one of struck) {
    const key = `${one.row}|${one.target}`;
    groups.set(key, [...(groups.get(key) ?? []), one]);
  }
  const head = ["killed behind", "what", "kills", "recovered", "calls open", "median", "longest"];
  const rows = [...groups]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, kills]) => {
      const [row = "", target = ""] = key.split("|");
      return [row, target, ...figures(kills)];
    });
  const all = [head, ...rows, ["all", "", ...figures(struck)]];
  const widths = head.map((_, column) => Math.max(...all.map((cells) => cells[column]?.length ?? 0)));
  return all.map((cells) => cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join("  ")).join("\n");
}

function figures(kills: readonly Struck[]): string[] {
  const times = kills.flatMap(({ recoveredMs }) => recoveredMs ?? []).sort((a, b) => a - b);
  const calls = kills.reduce((sum, { open }) => sum + open.length, 0);
  const seconds = (ms = 0) => `${(ms / 1000).toFixed(1)} s`;
  const median = seconds(times[Math.floor(times.length / 2)]);
  return [String(kills.length), String(times.length), String(calls), median, seconds(times.at(-1))];
}
