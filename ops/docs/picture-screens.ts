/** `npm run picture-screens`: takes pictures of every page as the tests of the screens walk through them, and writes the page that shows them. */
import { spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { VIEWS } from "./views.ts";

const FOLDER = fileURLToPath(new URL("../../services/console/pictures/", import.meta.url));
const HEAD = `# The pages, in pictures

Taken by \`npm run picture-screens\` while the tests of the screens walk through the pages (1440 and 390 px wide, first view). All people, companies and numbers are invented.
`;

rmSync(FOLDER, { recursive: true, force: true });
mkdirSync(FOLDER, { recursive: true });
const env = { ...process.env, ECERT_SCREEN_PICTURES: FOLDER };
const { status } = spawnSync("vitest", ["run", "test/screens"], { stdio: "inherit", env });
const titles = readFileSync(`${FOLDER}titles.tsv`, "utf8").trim().split("\n").sort();
rmSync(`${FOLDER}titles.tsv`);
const shown = new Map<string, string[]>();
const pictures = new Set<string>();
for (const line of titles) {
  const [name = "", title = "", address = ""] = line.split("\t");
  // Tests in another process look at some pages once more.
  if (pictures.has(name)) continue;
  pictures.add(name);
  const page = name.replace(/-\d+$/, "");
  const widths = shown.get(page) ?? [`\n## ${title}\n\n\`${address}\`\n`];
  shown.set(page, [...widths, `![${title}](${name}.jpg)`]);
}
writeFileSync(`${FOLDER}README.md`, `${HEAD}${[...shown.values()].map((lines) => `${lines.join("\n")}\n`).join("")}`);
const missing = VIEWS.filter((name) => !shown.has(name));
if (missing.length > 0) console.error(`no picture was taken of ${missing.join(", ")}`);
process.exitCode = missing.length > 0 ? 1 : (status ?? 1);
