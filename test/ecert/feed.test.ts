import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { catalogService } from "../../services/catalog/main.ts";
import { identityService } from "../../services/identity/main.ts";
import { type OperatedNode, openChangedNode } from "./operated-node.ts";

/* What an operator feeds a node with from a shell: a catalog service of its own, over mutual TLS, each command a process. */

const CODE = "11440106MB9DEM11X6";
const SEED = join(import.meta.dirname, "../../ops/seed/catalog");
const directory = mkdtempSync(join(tmpdir(), "ecert-feed-"));
let node: OperatedNode;

beforeAll(async () => {
  node = await openChangedNode(
    { node: { role: "province", code: "440100", name: "试验" } },
    catalogService,
    identityService,
  );
});
afterAll(async () => {
  await node?.close();
  rmSync(directory, { recursive: true, force: true });
});

let files = 0;
function keep(content: unknown): string {
  const path = join(directory, `${++files}.json`);
  writeFileSync(path, JSON.stringify(content));
  return path;
}

/** What a command prints as JSON. */
async function json(...args: string[]) {
  const { code, out, err } = await node.ecert(...args, "--json");
  expect([code, err]).toEqual([0, ""]);
  return JSON.parse(out);
}

async function refused(...args: string[]): Promise<string> {
  const { code, out, err } = await node.ecert(...args);
  expect([code, out]).toEqual([2, ""]);
  expect(err).not.toContain("    at ");
  return err;
}

const department = { code: CODE, name: "岭海市市场监督管理局", division: "440106" };

describe("a node is fed from a shell", () => {
  test("6.4.1.1: a department is put, shown in the form in which it is put, changed in part, closed and reopened", async () => {
    const { code, out } = await node.ecert("department", "put", keep({ department }));
    expect([code, out]).toEqual([0, `已保存 · stored: department ${CODE}\n`]);
    const shown = await node.ecert("department", "get", CODE);
    expect(JSON.parse(shown.out)).toEqual({
      department: { ...department, superiorCode: "", node: "440100", closed: false },
    });
    await json("department", "put", keep({ department: { code: CODE, name: "岭海市场监管局" } }));
    await json("department", "close", CODE);
    const [listed] = await json("department", "list");
    expect(listed).toMatchObject({ name: "岭海市场监管局", division: "440106", closed: true });
    await json("department", "reopen", CODE);
    const { out: table } = await node.ecert("department", "list");
    expect(table).toMatch(
      /^code {16}name {12}division {2}superiorCode {2}closed\n11440106MB9DEM11X6 {2}岭海市场监管局 {2}440106/,
    );
  });

  test("with --replace what a file does not name is emptied, or refused where it must be there", async () => {
    const told = await refused("department", "put", keep({ department: { code: CODE, name: "局" } }), "--replace");
    expect(told).toContain("department.division");
    expect(told).toMatch(/：字段不符合要求：department.division 行政区划代码应为6至12位数字/);
  });

  test("6.2.4.1: the secret of an app goes to a file of its own, and a new one is good beside an old one for a day", async () => {
    const app = { key: "440100-scjg", name: "审批系统", departmentCode: CODE, scopes: ["issue.make"] };
    const file = join(directory, "secret");
    const { out } = await node.ecert("app", "put", keep({ app }), "--secret-file", file);
    expect(out).toContain(`密钥文件 secret in: ${file}`);
    expect(readFileSync(file, "utf8")).toMatch(/^[\w-]{43}$/);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(await refused("app", "rotate-secret", app.key, "--secret-file", file)).toContain("--secret-file");
    const rotated = await json("app", "rotate-secret", app.key);
    expect(rotated).toMatchObject({ app: { ...app, disabled: false }, secret: expect.stringMatching(/^[\w-]{43}$/) });
    const secretsNow = async () => (await json("app", "get", app.key)).app.secrets as { made: string; ends: string }[];
    const days = (from = "", to = "") => (Date.parse(to) - Date.parse(from)) / 86_400_000;
    const [fresh, old] = await secretsNow();
    expect([days(fresh?.made, fresh?.ends), days(fresh?.made, old?.ends)]).toEqual([365, 1]);
    expect(await refused("app", "rotate-secret", app.key, "--keep-hours", "soon")).toContain("keepOldSecretHours");
    await json("app", "rotate-secret", app.key, "--keep-hours", "0", "--days", "7");
    expect(await secretsNow()).toHaveLength(1);
    const warned = await node.ecert("app", "list");
    expect(warned.out).toContain(`! ${app.key}：密钥将在 7 天内到期 · its secret ends within 7 days`);
    await json("app", "rotate-secret", app.key, "--keep-hours", "720");
    await json("app", "revoke-secret", app.key, "--cause", "已更换", "--only-old");
    expect(await secretsNow()).toHaveLength(1);
    expect((await node.ecert("app", "list")).out).not.toContain("!");
    await json("app", "revoke-secret", app.key, "--cause", "外泄");
    expect((await node.ecert("app", "list")).out).toContain("密钥已失效 · its secret has ended");
    expect(await json("app", "disable", app.key)).toMatchObject({ app: { ...app, disabled: true }, secret: "" });
    const none = join(directory, "none");
    await json("app", "put", keep({ app: { key: app.key, quota: { callsPerMinute: 7 } } }), "--secret-file", none);
    expect(existsSync(none)).toBe(false);
    expect(await json("app", "list")).toMatchObject([{ ...app, disabled: true, quota: { callsPerMinute: 7 } }]);
  });

  test("4.3.4: a file of the seed is registered, tried, published, and given back in its own form", async () => {
    const file = join(SEED, "business-licence.json");
    const { out } = await node.ecert("item", "register", file);
    expect(out).toBe("已保存 · stored: item GD-SCJG-0001 1\n");
    expect(await json("item", "versions", "GD-SCJG-0001")).toMatchObject([
      { version: 1, state: "CATALOG_ITEM_STATE_REGISTERED" },
    ]);
    const pdf = join(directory, "face.pdf");
    await json(
      "item",
      "preview",
      file,
      "--out",
      pdf,
      "--picture",
      keep({ kind: "round", name: "某某局", diameter: 40 }),
    );
    expect(readFileSync(pdf).subarray(0, 5).toString()).toBe("%PDF-");
    await json("item", "publish", "GD-SCJG-0001", "1");
    const shown = await node.ecert("item", "get", "GD-SCJG-0001");
    expect(JSON.parse(shown.out)).toEqual(JSON.parse(readFileSync(file, "utf8")));
  });

  test("what is refused names file, field and remedy, in both languages, and leaves what came before", async () => {
    const other = "11440106MB9DEM1361";
    const list = keep([
      { department: { ...department, code: other } },
      { department: { ...department, code: `${CODE.slice(0, 17)}7` } },
    ]);
    const { code, out, err } = await node.ecert("department", "put", list);
    expect([code, out]).toEqual([2, `已保存 · stored: department ${other}\n`]);
    expect(err).toContain(`${list}[1]: `);
    expect(err).toContain("copy the 18 characters from the register");
    expect(err).toContain(`${list}[1]：代码不正确`);
    expect(await refused("item", "publish", "GD-SCJG-0001", "first")).toContain(
      "version: cannot be read as a whole number",
    );
    expect(await refused("matter", "get", "M")).toContain("see ListMatters");
  });

  test("5.6.2: only the province gives rights; one that was not given is not closed", async () => {
    expect(await refused("right", "close", CODE, "GD-SCJG-0001")).toContain("没有 GD-SCJG-0001 的签发权");
  });
});
