import { globSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { expect, test } from "vitest";

const CONSOLE = resolve(import.meta.dirname, "..");
/** Lists that are looked through by filters of their own, and by no one text: by what, is asked for word by word. */
const BY_FILTERS = [
  "archive/archive-list.tsx",
  "archive/archived-versions.tsx",
  "audit/act-list.tsx",
  "supervision/volumes-shown.tsx",
];
/** Where columns of a list stand that do not stand beside it, and what draws lists for others. */
const COLUMNS: Readonly<Record<string, string>> = { "audit/act-list.tsx": "audit/act-columns.tsx" };
const DRAWS_FOR_OTHERS = "people/departments/department-part.tsx";

const read = (file: string) => readFileSync(join(CONSOLE, file), "utf8");
const lists = globSync("**/*.tsx", { cwd: CONSOLE })
  .filter((file) => file !== DRAWS_FOR_OTHERS && /<(RecordList|DepartmentPart)\b/.test(read(file)))
  .sort();

test("every list of the console is searched, or narrowed by filters of its own", () => {
  expect(lists.length).toBeGreaterThan(30);
  // That the method has a search, the type of its request says.
  expect(lists.filter((file) => !read(file).includes('filters.get("search")'))).toEqual(BY_FILTERS);
});

test("every list of the console is sorted by a column at least", () => {
  const unsorted = lists.filter((file) => !/\bkey: "[a-z_]+"/.test(read(COLUMNS[file] ?? file)));
  expect(unsorted).toEqual([]);
});
