import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeEach, describe, expect, test } from "vitest";
import { parseConfig } from "../../services/host/config-load.ts";
import { addPeer } from "./add-peer.ts";
import { cardOf, fingerprintOf, type NodeCard, readCard } from "./card.ts";
import { makeNode } from "./make-node.ts";
import type { NodeFacts } from "./starter.ts";

const root = mkdtempSync(join(tmpdir(), "ecert-install-"));
afterAll(() => rmSync(root, { recursive: true }));

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(root, "case-"));
});

const facts = (code: string, role: NodeFacts["role"]): NodeFacts => ({
  role,
  code,
  name: `节点 ${code}`,
  hosts: ["localhost", "127.0.0.1"],
  operator: "admin",
  listeners: { mesh: "127.0.0.1:7400", public: "127.0.0.1:7443", connect: "127.0.0.1:8443", admin: "127.0.0.1:9400" },
  nats: "127.0.0.1:4222",
  dataDirectory: "data",
});

/** Makes a node and gives its folder, configuration and card. */
async function nodeOf(code: string, role: NodeFacts["role"]) {
  const folder = join(directory, code);
  await makeNode(folder, facts(code, role));
  const config = join(folder, "core.json");
  const { node } = parseConfig(JSON.parse(readFileSync(config, "utf8")));
  const leaf = role === "province" ? "hub.example:7422" : undefined;
  return { folder, config, card: cardOf(node, join(folder, "keys/node.pem"), [`${code}.example:7400`], leaf) };
}
const peersIn = (config: string) => JSON.parse(readFileSync(config, "utf8")).peers;
const filesIn = (folder: string) =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));

describe("a node that is begun", () => {
  test("has a configuration that is read, and no secret that others can read", async () => {
    const { folder, config } = await nodeOf("440100", "city");
    expect(() => parseConfig(JSON.parse(readFileSync(config, "utf8")))).not.toThrow();
    const secrets = filesIn(folder).filter((file) => readFileSync(file, "utf8").includes("PRIVATE KEY"));
    expect(secrets.map((file) => file.slice(folder.length)).sort()).toEqual([
      "/keys/node.key.pem",
      "/keys/tokens.key.pem",
      "/tls/core.key.pem",
      "/tls/nats.key.pem",
      "/tls/operator.key.pem",
    ]);
    for (const file of [...secrets, config]) expect(statSync(file).mode & 0o077, file).toBe(0);
  });

  test("lets staff sign in where it was told at which address, by origins that browsers reach", async () => {
    const folder = join(directory, "440100");
    const { listeners, ...rest } = facts("440100", "city");
    await makeNode(folder, { ...rest, listeners: { ...listeners, signIn: "0.0.0.0:9443" } });
    const config = parseConfig(JSON.parse(readFileSync(join(folder, "core.json"), "utf8")));
    expect(config.staff).toMatchObject({ origin: "https://localhost:8443", signInOrigin: "https://localhost:9443" });
    expect(statSync(join(folder, "staff")).isDirectory()).toBe(true);
  });

  test("is never written over", async () => {
    const { folder } = await nodeOf("440100", "city");
    const before = readFileSync(join(folder, "keys/node.key.pem"), "utf8");
    await expect(makeNode(folder, facts("440100", "city"))).rejects.toMatchObject({ reason: "ALREADY_EXISTS" });
    expect(readFileSync(join(folder, "keys/node.key.pem"), "utf8")).toBe(before);
  });

  test("leaves nothing behind where it cannot be made whole", async () => {
    const wrong = { ...facts("440100", "city"), mongodbUriFile: "x".repeat(2_000) };
    await expect(makeNode(join(directory, "n"), wrong)).rejects.toMatchObject({ reason: "INVALID_FIELD" });
    // Where a file stands in the way, all has been made before it fails.
    await expect(makeNode(join(directory, "no", "\0"), facts("440100", "city"))).rejects.toThrow();
    writeFileSync(join(directory, "file"), "");
    await expect(makeNode(join(directory, "file", "n"), facts("440100", "city"))).rejects.toThrow();
    expect(readdirSync(directory)).toEqual(["file"]);
  });

  test("mounts what its edition has: a department's makes and issues only (5.2.3)", async () => {
    const { config } = await nodeOf("44000001", "department");
    expect(JSON.parse(readFileSync(config, "utf8")).services).toEqual(["catalog", "identity", "issue", "sync"]);
  });
});

describe("two nodes that exchange cards", () => {
  test("know each other by key and addresses; the same card again changes nothing", async () => {
    const [province, city] = [await nodeOf("440000", "province"), await nodeOf("440100", "city")];
    const sent = readCard(JSON.stringify(city.card), "card.json");
    expect(addPeer(province.config, sent)).toBe("added");
    const [peer] = peersIn(province.config);
    expect(peer).toMatchObject({
      node: "440100",
      role: "city",
      services: { sync: { addresses: ["440100.example:7400"] } },
    });
    const key = readFileSync(join(province.folder, peer.publicKeyFile), "utf8");
    expect(fingerprintOf({ publicKeyPem: key })).toBe(fingerprintOf(city.card));
    const before = readFileSync(province.config, "utf8");
    expect(addPeer(province.config, sent)).toBe("there");
    expect(readFileSync(province.config, "utf8")).toBe(before);
  });

  test("bring addresses up to date by a new card with the same key", async () => {
    const [province, city] = [await nodeOf("440000", "province"), await nodeOf("440100", "city")];
    addPeer(province.config, city.card);
    const moved: NodeCard = {
      ...city.card,
      services: { ...city.card.services, sync: { addresses: ["new.example:7400"] } },
    };
    expect(addPeer(province.config, moved)).toBe("changed");
    expect(peersIn(province.config)).toHaveLength(1);
    expect(peersIn(province.config)[0].services.sync.addresses).toEqual(["new.example:7400"]);
  });

  test("refuse a card with another key for a node that is known, and change nothing", async () => {
    const [province, city] = [await nodeOf("440000", "province"), await nodeOf("440100", "city")];
    addPeer(province.config, city.card);
    const before = filesIn(province.folder).map((file) => readFileSync(file, "utf8"));
    const forged = { ...city.card, publicKeyPem: province.card.publicKeyPem };
    expect(() => addPeer(province.config, forged)).toThrow("is known by another key");
    expect(filesIn(province.folder).map((file) => readFileSync(file, "utf8"))).toEqual(before);
  });

  test("are a province and another node: no two cities, no two provinces, not one node with itself", async () => {
    const [province, city] = [await nodeOf("440000", "province"), await nodeOf("440100", "city")];
    const other = await nodeOf("440300", "city");
    expect(() => addPeer(city.config, other.card)).toThrow("one is the province");
    expect(() => addPeer(province.config, { ...province.card, node: "450000" })).toThrow("one is the province");
    expect(() => addPeer(city.config, city.card)).toThrow("is of this node itself");
    expect(peersIn(city.config)).toEqual([]);
  });

  test("are told every fault of a card at once, and take no private key in it", async () => {
    const { folder, card } = await nodeOf("440100", "city");
    expect(() => readCard("{", "card.json")).toThrow("is no JSON");
    const faults = JSON.stringify({ ...card, node: "4401", role: "king", extra: 1 });
    expect(() => readCard(faults, "card.json")).toThrow(/\/extra.*\/node.*\/role|\/node.*\/role/);
    const secret = readFileSync(join(folder, "keys/node.key.pem"), "utf8");
    expect(() => readCard(JSON.stringify({ ...card, publicKeyPem: secret }), "card.json")).toThrow("is no public key");
  });
});
