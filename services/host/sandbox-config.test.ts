import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { Refusal } from "../domain/refusal.ts";
import { parseConfig } from "./config-load.ts";

const example = (name: string): Record<string, unknown> & { node: object; services: string[] } =>
  JSON.parse(readFileSync(join(import.meta.dirname, "../../ops/config", name), "utf8"));
const sandbox = example("sandbox.json");
const city = example("city.json");

function faultsOf(config: unknown): string[] {
  try {
    parseConfig(config);
    return [];
  } catch (error) {
    return (error as Refusal).fields.map(({ field, remedy }) => {
      expect(remedy, field).not.toBe("");
      return field;
    });
  }
}

test("6.2.4: a sandbox stands alone: with peers or a broker it is refused, so nothing of it is replicated or counted", () => {
  expect(parseConfig(sandbox).sandbox).toEqual({ keptCalls: 1_000 });
  expect(faultsOf({ ...sandbox, peers: city.peers, nats: city.nats })).toEqual(["/peers", "/nats"]);
});

test("6.2.4: a sandbox bears the mark, is its own province, and has all services that systems talk to in one process, and none that counts", () => {
  expect(faultsOf({ ...sandbox, node: { ...sandbox.node, code: "440100" } })).toEqual(["/node/code"]);
  expect(faultsOf({ ...sandbox, node: { ...sandbox.node, code: "TEST440106001" } })).toEqual(["/node/code"]);
  expect(faultsOf({ ...sandbox, node: { ...sandbox.node, role: "city" } })).toEqual(["/node/role"]);
  expect(faultsOf({ ...sandbox, services: sandbox.services.slice(1) })).toEqual(["/services"]);
  const counting = [...sandbox.services, "supervision"];
  expect(faultsOf({ ...sandbox, services: counting })).toEqual(["/services"]);
  expect(faultsOf({ ...sandbox, sandboxes: city.sandboxes })).toEqual(["/sandboxes"]);
});

test("6.2.4: a node of production bears no mark, has no sandbox for a peer, and names those whose reports it believes", () => {
  expect(faultsOf({ ...city, node: { ...city.node, code: "TEST440100" } })).toEqual(["/node/code"]);
  const [peer] = city.peers as object[];
  expect(faultsOf({ ...city, peers: [{ ...peer, node: "TEST440100" }] })).toEqual(["/peers/0/node"]);
  const known = { node: "TEST440100", publicKeyFile: "a.pem" };
  const needed = { governance: { openings: { sandboxReport: "required" } } };
  expect(faultsOf({ ...city, ...needed })).toEqual([]);
  expect(faultsOf({ ...city, ...needed, sandboxes: [] })).toEqual(["/governance/openings/sandboxReport"]);
  expect(faultsOf({ ...city, sandboxes: [known, known] })).toEqual(["/sandboxes/1/node"]);
  expect(faultsOf({ ...city, sandboxes: [{ ...known, node: "440100" }] })).toEqual(["/sandboxes/0/node"]);
});
