import { readdirSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { pictureName } from "../../test/screens/picture.ts";
import { VIEWS } from "./views.ts";

/** Paths of the parts of the console, as its menu names them; the menu itself loads pages. */
const menu = readFileSync(new URL("../../services/console/shell/sections.ts", import.meta.url), "utf8");
const parts = [...menu.matchAll(/^ {4}path: "([^"]*)"/gm)].map(([, path]) => (path ? `console-${path}` : "console"));
const FOLDER = new URL("../../services/console/pictures/", import.meta.url);
const shown = readFileSync(new URL("README.md", FOLDER), "utf8");
const pictures = readdirSync(FOLDER).filter((name) => name.endsWith(".jpg"));

test.each(parts)("the documentation has pictures of %s, at a desk and on a phone", (name) => {
  for (const width of [1440, 390])
    expect(pictures.some((picture) => picture.startsWith(name) && picture.endsWith(`-${width}.jpg`))).toBe(true);
});

test.each(VIEWS)("beside the console the documentation has pictures of %s, at a desk and on a phone", (name) => {
  for (const width of [1440, 390]) expect(pictures).toContain(`${name}-${width}.jpg`);
});

test.each([
  [
    "https://440100.ecert.localhost/console/people/entries/11440106MB9DEM1293/edit",
    undefined,
    "console-people-entries-one-edit",
  ],
  ["https://440100.ecert.localhost/verify/#main", "verdict", "verify-verdict"],
  ["https://440100.ecert.localhost/mine/#/", "list", "mine-list"],
  ["https://440100.ecert.localhost/mine/#/uses", undefined, "mine-uses"],
  ["https://440100.ecert.localhost/mine/#/show/1.2.156.3005.2%2F1", "code", "mine-show-one-code"],
  ["https://440100.ecert.localhost/mini/#/made/YW-2026-1", "issued", "mini-made-one-issued"],
  ["https://agent.ecert.localhost/", "order", "agent-order"],
])("of %s, where %s is shown, the picture is named %s", (address, state, name) => {
  expect(pictureName(address, state)).toBe(name);
  if (!name.startsWith("console")) expect(VIEWS).toContain(name);
});

test("every picture is shown, and none is named that is not there", () => {
  const named = [...shown.matchAll(/\]\(([^)]+\.jpg)\)/g)].map(([, name]) => name);
  expect(named.sort()).toEqual(pictures.sort());
});
