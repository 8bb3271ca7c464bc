import { generateKeyPairSync } from "node:crypto";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { readPolicyFile } from "../config/policy-file.ts";
import { allow } from "./allow.ts";
import { starterConfig, starterPolicy } from "./starter-files.ts";

const UNIT = { code: "11440106MB9DEM11X6", name: "岭海市天湾区市场监督管理局", division: "440106" };
const { publicKey, privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });

let directory: string;
const at = (name: string) => join(directory, name);
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "ecert-allow-"));
  const facts = { agent: "a", node: "440100", province: "440000", nodeKey: false, cores: { a: "127.0.0.1:1" } };
  writeFileSync(at("agent.json"), JSON.stringify(starterConfig({ ...facts, device: "key-files" })));
  const policy = starterPolicy({
    node: facts.node,
    seal: "S-1",
    keyLabel: "seal-1",
    unit: UNIT,
    items: ["GD-1", "GD-2"],
  });
  writeFileSync(at("policy.json"), JSON.stringify(policy));
  writeFileSync(at("pub.pem"), publicKey.export({ type: "spki", format: "pem" }));
  vi.spyOn(process.stdout, "write").mockReturnValue(true);
});
afterEach(() => {
  vi.restoreAllMocks();
  rmSync(directory, { recursive: true });
});

const run = (...more: string[]) => allow.run(["--config", at("agent.json"), "--app", "440100-scjg", ...more]);
const appsIn = () => readPolicyFile(at("policy.json")).apps;

test("an app is put into the policy with a copy of its public key; the same again changes nothing", async () => {
  expect(await run("--origin-key", `scjg-1=${at("pub.pem")}`)).toBe(0);
  const [app] = appsIn();
  expect(app).toMatchObject({ app: "440100-scjg", originKeys: [{ id: "scjg-1" }] });
  expect(readFileSync(app?.originKeys[0]?.publicKeyFile ?? "", "utf8")).toBe(readFileSync(at("pub.pem"), "utf8"));
  const before = readFileSync(at("policy.json"), "utf8");
  expect(await run("--origin-key", `scjg-1=${at("pub.pem")}`)).toBe(0);
  expect(readFileSync(at("policy.json"), "utf8")).toBe(before);
});

test("a second key of the app is added to the first, and its items are narrowed where they are named", async () => {
  await run("--origin-key", `scjg-1=${at("pub.pem")}`);
  await run("--origin-key", `scjg-2=${at("pub.pem")}`, "--item", "GD-1");
  expect(appsIn()).toMatchObject([{ originKeys: [{ id: "scjg-1" }, { id: "scjg-2" }], items: ["GD-1"] }]);
});

test("6.4.4.2: an app of another department is let in for named units and items until a day, with a key of its own", async () => {
  const delegate = (...more: string[]) => run("--origin-key", `hall-1=${at("pub.pem")}`, "--unit", UNIT.code, ...more);
  const terms = ["--item", "GD-1", "--until", "2027-12-31"];
  await delegate(...terms);
  const { apps, delegates } = readPolicyFile(at("policy.json"));
  expect(apps).toEqual([]);
  expect(delegates).toMatchObject([
    { app: "440100-scjg", originKeys: [{ id: "hall-1" }], units: [UNIT.code], items: ["GD-1"], until: "2027-12-31" },
  ]);
  const before = readFileSync(at("policy.json"), "utf8");
  await delegate(...terms);
  expect(readFileSync(at("policy.json"), "utf8")).toBe(before);
  await delegate("--item", "GD-2", "--until", "2028-12-31");
  expect(readPolicyFile(at("policy.json")).delegates).toMatchObject([{ items: ["GD-2"], until: "2028-12-31" }]);
  const after = readFileSync(at("policy.json"), "utf8");
  await expect(delegate("--until", "2028-12-31")).rejects.toThrow("--item is missing");
  await expect(delegate("--item", "GD-9", "--until", "2028-12-31")).rejects.toThrow("no seal signs GD-9");
  await expect(run("--origin-key", `hall-1=${at("pub.pem")}`)).rejects.toThrow("stands in apps too");
  expect(readFileSync(at("policy.json"), "utf8")).toBe(after);
});

test.each([
  ["a private key", "key.pem", "holds a private key"],
  ["what is no key", "agent.json", "scjg-1"],
  ["a file that is not there", "gone.pem", "cannot be read"],
])("%s is refused, and nothing is changed", async (_what, name, said) => {
  writeFileSync(at("key.pem"), privateKey.export({ type: "pkcs8", format: "pem" }));
  const before = readdirSync(directory);
  const policy = readFileSync(at("policy.json"), "utf8");
  await expect(run("--origin-key", `scjg-1=${at(name)}`)).rejects.toThrow(said);
  expect(readdirSync(directory)).toEqual(before);
  expect(readFileSync(at("policy.json"), "utf8")).toBe(policy);
});

test("another key under an id that is taken is refused", async () => {
  await run("--origin-key", `scjg-1=${at("pub.pem")}`);
  const other = generateKeyPairSync("ec", { namedCurve: "P-256" }).publicKey;
  writeFileSync(at("other.pem"), other.export({ type: "spki", format: "pem" }));
  await expect(run("--origin-key", `scjg-1=${at("other.pem")}`)).rejects.toMatchObject({ reason: "ALREADY_EXISTS" });
});
