import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { checkFieldRules } from "../../../services/call/request/field-rules.ts";
import { parseSealPicture } from "../../../services/document/parse-template.ts";
import { readRequests } from "../request-file.ts";
import type { Group } from "./action.ts";
import { feedHelp, parseFeed } from "./arguments.ts";
import { GROUPS } from "./groups.ts";
import { table } from "./table.ts";

const ENV = {
  ECERT_SERVER: "https://core:7443/",
  ECERT_OPERATOR_CERTIFICATE: "c",
  ECERT_OPERATOR_KEY: "k",
  ECERT_OPERATOR_CA: "ca",
};
const group = (word: string) => GROUPS[word] as Group;
const parsed = (word: string, ...args: string[]) => parseFeed(group(word), args, ENV);

describe("a command line that feeds a node", () => {
  test("names group, action, arguments and options; where and as whom is taken from the environment", () => {
    expect(parsed("department", "confirm", "X", "--node", "440100", "--json")).toMatchObject({
      ...{ arguments: ["X"], options: { node: "440100" }, json: true, server: "core:7443" },
      tls: { certificateFile: "c", privateKeyFile: "k", caFile: "ca" },
    });
    expect(parsed("app", "put", "a.json", "b.json", "--replace")).toMatchObject({
      ...{ arguments: ["a.json", "b.json"], options: { replace: true } },
    });
  });

  test.each([
    ["app", [], "there is no app ; say one of put, list, get"],
    ["app", ["constructor"], "there is no app constructor"],
    ["app", ["put"], "arguments are: ecert app put FILE…"],
    ["app", ["get", "a", "b"], "arguments are: ecert app get KEY"],
    ["department", ["confirm", "X"], "--node is missing (node that registered it)"],
    ["seal", ["unbind", "X"], "缺少 --cause（原因，记入证据链）"],
    ["matter", ["list", "--colour"], "Unknown option '--colour'"],
  ])("%s %j is refused: %s", (word, args, told) => {
    expect(() => parsed(word, ...args)).toThrow(
      expect.objectContaining({ reason: "INVALID_FIELD", message: expect.stringContaining(told) }),
    );
    expect(() => parsed(word, ...args)).toThrow("--help");
  });

  test.each(Object.values(GROUPS).map((one) => [one.word, one] as const))(
    "ecert %s --help tells of each action",
    (_, one) => {
      const help = feedHelp(one);
      for (const [name, action] of Object.entries(one.actions)) {
        expect(help).toContain(`ecert ${one.word} ${[name, ...action.takes].join(" ")}`);
        expect(help).toContain(`${action.chinese} · ${action.english}`);
      }
    },
  );
});

test("a table lines up under Chinese names, and shows what is empty", () => {
  const rows = [
    { code: "A", name: "局", more: [] },
    { code: "BB", name: "name", more: ["x", "y"] },
  ];
  expect(table(rows, ["code", "name", "more"])).toBe("code  name  more\nA     局    -\nBB    name  x,y\n");
});

describe("the page about feeding a node", () => {
  const page = readFileSync(join(import.meta.dirname, "../README.md"), "utf8");
  const directory = mkdtempSync(join(tmpdir(), "ecert-page-"));
  const blocks = [...page.matchAll(/^`(\w+)\.json`\n\n```json\n([\s\S]*?)```$/gm)].map(([, word = "", text = ""]) => ({
    word,
    text,
  }));
  const commands = [...page.matchAll(/^npm run ecert -- (\S+) (.*)$/gm)].map(([, word = "", rest = ""]) => ({
    word,
    args: rest.split(" "),
  }));
  const pictures = [...page.matchAll(/```json\n(\{\s*"kind"[\s\S]*?)```/g)].map(([, text = ""]) => text);

  beforeAll(() => {
    writeFileSync(join(directory, "picture.json"), pictures[0] as string);
    writeFileSync(join(directory, "seal-1.crt.pem"), "PEM");
    for (const { word, text } of blocks) writeFileSync(join(directory, `${word}.json`), text);
  });
  afterAll(() => rmSync(directory, { recursive: true, force: true }));

  test("shows files that are requests as they stand", () => {
    expect(blocks.map(({ word }) => word)).toEqual(["list", "department", "seal", "app", "opening", "matter", "right"]);
    for (const { word } of blocks) {
      const { put = group(word).actions["set-up"] } = group(word).actions;
      if (put?.kind !== "put") throw new Error(`${word} is not put`);
      const [filed] = readRequests(put.method.input, join(directory, `${word}.json`));
      const request = {
        ...(filed?.request as object),
        ...("requestId" in (filed?.request ?? {}) && { requestId: "r" }),
      };
      checkFieldRules(put.method.input, request as never);
    }
  });

  test("shows commands that there are, with the arguments that they take", () => {
    expect(commands.length).toBeGreaterThan(10);
    for (const { word, args } of commands.filter(({ args: [name] }) => name !== "picture")) parsed(word, ...args);
  });

  test("shows both forms of pictures", () => {
    expect(pictures.map((text) => parseSealPicture(text).kind)).toEqual(["round", "vector"]);
  });

  test("names every action of every group, and none that there is not", () => {
    const rows = [...page.matchAll(/^\| ((?:`[a-z-]+`(?:, )?)+) \| (.*) \| (.*) \| .* \|$/gm)];
    const named = rows.flatMap(([, words = "", puts = "", changes = ""]) =>
      [...words.matchAll(/`([a-z-]+)`/g)].flatMap(([, word = ""]) =>
        [...`${puts} ${changes}`.matchAll(/`([a-z -]+)`/g)].map(([, action = ""]) =>
          action.includes(" ") ? action : `${word} ${action}`,
        ),
      ),
    );
    const known = Object.values(GROUPS).flatMap(({ word, actions }) =>
      Object.keys(actions).map((name) => `${word} ${name}`),
    );
    expect([...new Set(named)].sort()).toEqual([...known, "seal picture"].sort());
  });
});
