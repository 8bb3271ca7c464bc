/** `npm run rooms`: prints how the house is divided. */
import { resolve } from "node:path";
import { parseArgs } from "node:util";
import { measureRooms, type RoomsReport } from "./measure-rooms.ts";
import { roomsText } from "./rooms-text.ts";

const HELP = `Measures how the code is divided: folders and arrows between files, circles, files on the road of each RPC, equal lines, lengths.

  npm run rooms [-- CHECKOUT --json]

  CHECKOUT  folder of another checkout (git worktree add), to compare with; this one without it
  --json    prints one JSON document in place of text, with every place that is only counted in the text
  --help    shows this text

Tests are counted in the lengths and equal lines of "all files" alone. An arrow is a file that imports another.
`;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { json: { type: "boolean", default: false }, help: { type: "boolean", default: false } },
});
if (values.help) process.stdout.write(HELP);
else print(measureRooms(resolve(positionals[0] ?? ".")));

function print(report: RoomsReport): void {
  process.stdout.write(values.json ? `${JSON.stringify(report, undefined, 2)}\n` : roomsText(report));
}
