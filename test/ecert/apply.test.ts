import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { catalogService } from "../../services/catalog/main.ts";
import { identityService } from "../../services/identity/main.ts";
import { type OperatedNode, openChangedNode } from "./operated-node.ts";

/* One file that describes a whole department, brought to a node from a shell. */

const CODE = "11440106MB9DEM11X6";
const UNIT = "11440100MB9DEM1520";
const directory = mkdtempSync(join(tmpdir(), "ecert-apply-"));
const secrets = join(directory, "secrets");
let node: OperatedNode;

beforeAll(async () => {
  mkdirSync(secrets);
  node = await openChangedNode({}, catalogService, identityService);
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

const BUREAU = {
  department: { code: CODE, name: "岭海市市场监督管理局", division: "440106" },
  app: [{ key: "440100-scjg", name: "商事登记系统", departmentCode: CODE, scopes: ["usage.use"] }],
  account: { id: "440100-zhang", name: "张三", departmentCode: CODE, roles: ["ROLE_MAKER"] },
  matter: [{ code: "M-1", name: "企业设立登记", departmentCode: CODE, appKeys: ["440100-scjg"] }],
};

describe("6.2.2.1 a department is set up from one file", () => {
  test("a dry run shows what is new, and changes nothing", async () => {
    const { code, out, err } = await node.ecert("apply", "-f", keep(BUREAU), "--dry-run");
    expect([code, err]).toEqual([0, ""]);
    expect(out).toContain(`+ department ${CODE}\n+ app 440100-scjg\n+ account 440100-zhang\n+ matter M-1\n`);
    expect(out).toContain("仅比较，未更改");
    expect((await node.ecert("department", "list")).out).toContain("没有记录");
  });

  test("the secret of a new app is told once: without a folder for it nothing is begun", async () => {
    const { code, err } = await node.ecert("apply", "-f", keep(BUREAU));
    expect(code).toBe(2);
    expect(err).toContain("--secrets");
    expect((await node.ecert("department", "list")).out).toContain("没有记录");
  });

  test("it is applied in the order in which records name each other, and again changes nothing", async () => {
    const file = keep({
      matter: BUREAU.matter,
      account: BUREAU.account,
      app: BUREAU.app,
      department: BUREAU.department,
    });
    const { code, out, err } = await node.ecert("apply", "-f", file, "--secrets", secrets);
    expect([code, err]).toEqual([0, ""]);
    expect(out).toContain("新增 4");
    const secret = join(secrets, "440100-scjg.secret");
    expect(readFileSync(secret, "utf8").length).toBeGreaterThan(20);
    expect(statSync(secret).mode & 0o777).toBe(0o600);
    const again = await node.ecert("apply", "-f", file);
    expect(again.out).toContain("新增 0 更改 0 一致 4");
  });

  test("what changes is shown member by member, and what the file does not name stays", async () => {
    const file = keep({
      matter: { code: "M-1", name: "企业设立（变更）登记" },
      account: { ...BUREAU.account, roles: ["ROLE_SIGNER"] },
    });
    const { out } = await node.ecert("apply", "-f", file, "--dry-run", "--json");
    const { differences } = JSON.parse(out);
    expect(differences).toMatchObject([
      { word: "account", change: "changed", members: [{ member: "roles", from: ["ROLE_MAKER"], to: ["ROLE_SIGNER"] }] },
      {
        word: "matter",
        change: "changed",
        members: [{ member: "name", from: "企业设立登记", to: "企业设立（变更）登记" }],
      },
    ]);
    expect((await node.ecert("apply", "-f", file)).code).toBe(0);
    const shown = JSON.parse((await node.ecert("matter", "get", "M-1")).out);
    expect(shown.matter).toMatchObject({ name: "企业设立（变更）登记", appKeys: ["440100-scjg"] });
  });

  test("what is refused names its place, what was put before it stays, and the mended file goes on", async () => {
    const unit = { code: UNIT, name: "登记中心", division: "440106", superiorCode: CODE };
    const wrong = {
      department: [unit],
      matter: { ...BUREAU.matter[0], code: "M-2", departmentCode: "11440106MB9DEM1361" },
    };
    const path = keep(wrong);
    const { code, err } = await node.ecert("apply", "-f", path);
    expect(code).toBe(2);
    expect(err).toContain(`${path}: matter`);
    const mended = await node.ecert(
      "apply",
      "-f",
      keep({ ...wrong, matter: { ...wrong.matter, departmentCode: UNIT } }),
    );
    expect(mended.out).toContain(`= department ${UNIT}`);
    expect(mended.out).toContain("+ matter M-2");
  });

  test.each<[string, unknown, RegExp]>([
    ["a kind of record that there is not", { matters: [] }, /did you mean matter/],
    ["a record without its key", { matter: { name: "x" } }, /lacks code/],
    ["a member that is none", { matter: { code: "M-1", nmae: "x" } }, /nmae/],
    ["a list", [], /is no object/],
    ["nothing", {}, /describes nothing/],
  ])("a file that holds %s is refused before anything is sent", async (_name, content, told) => {
    const { code, err, out } = await node.ecert("apply", "-f", keep(content));
    expect([code, out]).toEqual([2, ""]);
    expect(err).toMatch(told);
    expect(err).not.toContain("    at ");
  });

  test("a secret's file that is there already is not overwritten, and the app is not made", async () => {
    const app = { ...BUREAU.app[0], key: "440100-zwfw" };
    writeFileSync(join(secrets, "440100-zwfw.secret"), "x");
    const { code } = await node.ecert("apply", "-f", keep({ app }), "--secrets", secrets);
    expect(code).toBe(2);
    expect(existsSync(join(secrets, "440100-zwfw.secret"))).toBe(true);
    expect((await node.ecert("app", "get", "440100-zwfw")).code).toBe(2);
  });
});
