import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { filesUnder, isCode } from "../ops/docs/imports.ts";

const ROOT = join(import.meta.dirname, "..");
/** HTTP dates (`Date` of an answer) have a form of their own, and always GMT. */
const HTTP_DATES = ["agent/commands/core-probe.ts", "services/console/activate/node-time.ts"];

/** `Date.parse`, and `new Date` of what is a text by its look or its name. */
const READS = /Date\.parse\(|\bnew Date\((?:[`"']|[\w.]*(?:At|[tT]ext|asOf|[sS]ince|until|[dD]ate|builtAt)\)).*/g;

test("a time that is a text is read by its zone, or by that of Asia/Shanghai, never by that of the host", () => {
  const found = ["services", "agent", "ops"]
    .flatMap((folder) => filesUnder(ROOT, folder))
    .filter((file) => isCode(file) && !HTTP_DATES.includes(file))
    .flatMap((file) => {
      const text = readFileSync(join(ROOT, file), "utf8");
      return [...text.replaceAll(/^ *(?:\/?\*|\/\/).*$/gm, "").matchAll(READS)].map(([place]) => `${file}: ${place}`);
    });
  expect(found).toEqual([]);
});
