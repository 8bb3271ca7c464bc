import type { EqualRun } from "./equal-runs.ts";
import type { Lengths, RoomsReport } from "./measure-rooms.ts";

/** The report as text for people. */
export function roomsText(report: RoomsReport): string {
  const { rooms, circles, roomCircles, roads, equalRuns, lengths } = report;
  const numbers = (...values: number[]) => values.map((value) => String(value).padStart(7)).join("");
  return [
    "  files within    out     in  folder (arrows between its files, to others, from others)",
    ...rooms.map(({ folder, files, within, out, in: into }) => `${numbers(files, within, out, into)}  ${folder}`),
    "",
    ...circleLines("circles of files at load time", circles.load),
    ...circleLines("circles of files that types or later calls close", circles.types),
    ...circleLines("circles of rooms at load time", roomCircles.load),
    ...circleLines("circles of rooms that types or later calls close", roomCircles.types),
    "",
    "service    all  files that the road of an RPC loads, from its route on",
    ...roads.map(({ rpc, service, all }) => `${numbers(service, all)}  ${rpc}`),
    "",
    ...runLines("code", equalRuns.code),
    `equal runs of six lines or more, all files: ${equalRuns.all.length}`,
    "",
    ...Object.entries(lengths).map(([what, value]) => lengthLine(what, value)),
    "",
  ].join("\n");
}

function circleLines(title: string, found: readonly string[][]): string[] {
  return [`${title}: ${found.length}`, ...found.map((circle) => `  ${circle.length}: ${circle.join(" ")}`)];
}

function runLines(what: string, runs: readonly EqualRun[]): string[] {
  const each = runs.map(({ places: [one, other], lines }) => `  ${lines}: ${one} ${other}`);
  return [`equal runs of six lines or more, ${what}: ${runs.length}`, ...each];
}

function lengthLine(what: string, { files, median, p90, max }: Lengths): string {
  return `lines of a file, ${what}: median ${median}, 90 of 100 up to ${p90}, at most ${max} (${files} files)`;
}
