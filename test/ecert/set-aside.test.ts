import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { outboxModule } from "../node/outbox-module.ts";
import { type OperatedNode, openOperatedNode } from "./operated-node.ts";

let node: OperatedNode;
const { module: issue, probe } = outboxModule("issue");
const { module: catalog, probe: catalogProbe } = outboxModule("catalog");
/** Keys that cannot be read yet. */
const broken = new Set(["one", "two"]);

beforeAll(async () => {
  node = await openOperatedNode(issue, catalog);
  const entry = {
    place: "archive",
    source: "certificates",
    reason: "RECORD_UNREADABLE",
    detail: "cannot be read",
  } as const;
  for (const key of broken) await probe.runtime?.setAside.put({ ...entry, key });
  await catalogProbe.runtime?.setAside.put({
    ...entry,
    place: "registry",
    source: "catalog_departments",
    key: "three",
    node: "440300",
  });
  probe.runtime?.setAside.onRetry("archive", "certificates", async ({ key }) => {
    if (broken.has(key)) throw new Error(`still broken: ${key}`);
  });
});
afterAll(() => node?.close());

const ecert = (...args: string[]) => node.ecert("set-aside", ...args);

const listed = async () => JSON.parse((await ecert("list", "--json")).out) as Record<string, string>[];

describe("an operator", () => {
  test("sees what every service of a process has set aside, in words and in JSON, with an exit code for alarms", async () => {
    const rows = await listed();
    expect(rows.map(({ service, place, source, key }) => [service, place, source, key])).toEqual([
      ["catalog", "registry", "catalog_departments", "three"],
      ["issue", "archive", "certificates", "one"],
      ["issue", "archive", "certificates", "two"],
    ]);
    const { code, out } = await ecert("list", "--service", "catalog");
    expect(code).toBe(1);
    expect(out).toContain("catalog registry catalog_departments, 节点 node 440300");
    expect(out).toContain("RECORD_UNREADABLE: cannot be read");
    expect(out).not.toContain("certificates");
  });

  test("is told of it by the metric and the readiness, which stays good", async () => {
    const get = async (path: string) => (await fetch(`http://${node.admin}${path}`)).text();
    expect(await get("/metrics")).toMatch(/ecert_set_aside\{service="issue",place="archive",.*\} 2/);
    expect(await get("/metrics")).toMatch(/ecert_set_aside\{service="catalog",place="inbox",.*\} 0/);
    expect(await get("/readyz")).toBe("ready\nissue: set aside: archive 2\ncatalog: set aside: registry 1\n");
  });

  test("tries it again once it is mended; what is not stays, with its reason and the times that it was tried", async () => {
    const rows = await listed();
    const [one, two] = rows.filter(({ service }) => service === "issue").map(({ id }) => id as string) as [
      string,
      string,
    ];
    broken.delete("one");
    const { code, out } = await ecert("retry", one, two, "--json");
    expect(code).toBe(1);
    expect(JSON.parse(out)).toMatchObject([{ key: "two", tries: 2, detail: "cannot be read: Error" }]);
    expect((await listed()).map(({ key }) => key)).toEqual(["three", "two"]);
    broken.clear();
    expect(await ecert("retry", "--all", "--service", "issue")).toMatchObject({
      code: 0,
      out: "全部重试成功 · all of them are done\n",
    });
    expect(await ecert("list", "--service", "issue")).toMatchObject({ code: 0 });
    expect(await fetch(`http://${node.admin}/readyz`).then((answer) => answer.text())).toBe(
      "ready\ncatalog: set aside: registry 1\n",
    );
  });

  test("gets help, and mistakes in words: an unknown id, service or option, a missing certificate, a service elsewhere", async () => {
    expect(await ecert("--help")).toMatchObject({ code: 0, out: expect.stringContaining("ecert set-aside retry ID") });
    for (const [args, text] of [
      [["retry", "nothing"], "nothing is set aside under nothing"],
      [["retry"], "give ids, or --all"],
      [["retry", "x", "--all"], "give ids, or --all"],
      [["list", "--service", "web"], "there is no service web"],
      [["list", "--certificate", "/nowhere"], "cannot read /nowhere"],
      [["list", "--trust", "x"], "--trust"],
      [["list", "--service", "usage"], "serves none of usage"],
      [["look"], "say list or retry"],
    ] as const) {
      const { code, err } = await ecert(...args);
      expect(err).toContain(text);
      expect(err).not.toContain("    at ");
      expect(code).toBe(2);
    }
  });

  test("of another node is refused", async () => {
    const other = node.files.certify("operator", ["wang"], "440300");
    const args = ["--certificate", other.certificateFile, "--private-key", other.privateKeyFile];
    const { code, err } = await ecert("list", ...args);
    expect(err).toContain("call its own node");
    expect(code).toBe(2);
  });
});
