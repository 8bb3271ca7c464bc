import { describe, expect, test } from "vitest";
import { arrowsBy, circles } from "./circles.ts";
import { equalRuns } from "./equal-runs.ts";
import { importsIn } from "./imports.ts";
import { bothCircles, isInRoom } from "./measure-rooms.ts";

describe("imports", () => {
  test("are told with what they name and when they are loaded", () => {
    const source = `
      import { readFileSync } from "node:fs";
      import type { Code } from "@grpc/grpc-js/build/status.ts";
      // import { roomsText } from "./rooms-text.ts";
      import { type Kind, keep } from "../b/keep.ts";
      export * from "./all.ts";
      const late = await import("./late.ts");
      const thread = new URL("./worker.ts", import.meta.url);
    `;
    expect(importsIn("services/a/one.ts", source).map(({ to, own, when }) => [to, own, when])).toEqual([
      ["node:fs", false, "load"],
      ["@grpc/grpc-js", false, "type"],
      ["services/b/keep.ts", true, "load"],
      ["services/a/all.ts", true, "load"],
      ["services/a/late.ts", true, "later"],
      ["services/a/worker.ts", true, "later"],
    ]);
  });
});

describe("circles", () => {
  test("are found each once, with all that stand in them", () => {
    const arrows = arrowsBy([
      ["a", "b"],
      ["b", "c"],
      ["c", "a"],
      ["c", "d"],
      ["d", "e"],
      ["f", "e"],
      ["e", "f"],
    ]);
    expect(circles(arrows)).toEqual([
      ["a", "b", "c"],
      ["e", "f"],
    ]);
  });

  test("of load time are told from those that a type closes", () => {
    const load = importsIn("services/a/one.ts", 'import { two } from "./two.ts";');
    const back = importsIn("services/a/two.ts", 'import { one } from "./one.ts";');
    const type = importsIn("services/a/two.ts", 'import type { One } from "./one.ts";');
    const files = ["services/a/one.ts", "services/a/two.ts"];
    const self = (path: string) => path;
    expect(bothCircles([...load, ...back], self)).toEqual({ load: [files], types: [] });
    expect(bothCircles([...load, ...type], self)).toEqual({ load: [], types: [files] });
    expect(bothCircles([...load, ...type], () => "services/a")).toEqual({ load: [], types: [] });
  });

  test.each([
    ["services/issue/make/order.ts", true],
    ["services/issue/context.ts", false],
    ["ops/trial/plan.ts", true],
    ["agent/main.ts", false],
  ])("of rooms: %s lies in one: %s", (path, is) => {
    expect(isInRoom(path)).toBe(is);
  });
});

describe("equal lines", () => {
  const six = ["const a = 1;", "const b = 2;", "if (a) {", "return b;", "}", "const c = 3;", "const d = 4;"];

  test("are found with both places and their length, whatever the indentation and comments", () => {
    const one = { path: "one.ts", text: ['import { x } from "./x.ts";', "", ...six, "one();"].join("\n") };
    const other = { path: "two.ts", text: ["two();", ...six.map((line) => `  ${line}\n// said`), "end();"].join("\n") };
    expect(equalRuns([one, other])).toEqual([{ places: ["one.ts:3", "two.ts:2"], lines: 6 }]);
  });

  test("are none where they go over the end of a file, or are fewer", () => {
    expect(
      equalRuns([
        { path: "one.ts", text: six.join("\n") },
        { path: "two.ts", text: six.slice(2).join("\n") },
      ]),
    ).toEqual([]);
    const halves = [six.slice(0, 3), six.slice(3)].map((lines, at) => ({ path: `${at}.ts`, text: lines.join("\n") }));
    expect(equalRuns([...halves, { path: "whole.ts", text: six.join("\n") }])).toEqual([]);
  });
});
