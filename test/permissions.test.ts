import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { create, type Message } from "@bufbuild/protobuf";
import { describe, expect, test } from "vitest";
import { COLUMNS, contractServices, LET_IN, PERMISSIONS_PAGE, permissionsPage } from "../ops/docs/permissions-page.ts";
import { createCallChain } from "../services/call/chain/call-chain.ts";
import { permissionOf } from "../services/call/chain/permission.ts";
import { createRouteTable, methodPath, type Route } from "../services/call/chain/routes.ts";
import type { Actor } from "../services/domain/actor.ts";
import type { Refusal } from "../services/domain/refusal.ts";
import { ROLE_NAMES, ROLES } from "../services/domain/role.ts";
import { SERVICE_NAMES } from "../services/host/services.ts";

const HOME = "440100";
const AWAY = "440300";
const ROUTES = resolve(import.meta.dirname, "../services");

const contracts = await contractServices();
const page = readFileSync(PERMISSIONS_PAGE, "utf8");

/** A line of the page: its method, and what stands in the column of a head. */
interface Row {
  name: string;
  level: string;
  cell(head: string): string;
}

function rowsOf(text: string): Row[] {
  return text.split("\n## ").flatMap((part) => {
    const [title = "", ...lines] = part.split("\n");
    const table = lines.filter((line) => line.startsWith("| ")).map((line) => line.slice(2, -2).split(" | "));
    const [heads = [], , ...rows] = table;
    return rows.map((cells) => ({
      name: `${title}/${(cells[0] ?? "").replaceAll("`", "")}`,
      level: cells[1] ?? "",
      cell: (head: string) => (cells[heads.indexOf(head)] ?? "").trim(),
    }));
  });
}

const rows = new Map(rowsOf(page).map((row) => [row.name, row]));

/* The real table of routes and the real chain, with every method of every contract. A handler is replaced by a probe that tells it was reached, and a body
   by one that tells it was read: what the handlers do with who is let in is their own tests' part. */
let read = false;
const nothing = () => {};
const services = contracts.map((descriptor) => ({
  name: "catalog" as const,
  service: { descriptor, handlers: Object.fromEntries(descriptor.methods.map((one) => [one.localName, probeOf(one)])) },
  callLog: { write: nothing, close: async () => {} },
}));
const table = createRouteTable(services);
const chain = createCallChain({
  node: HOME,
  log: { debug: nothing, info: nothing, warn: nothing, error: nothing },
  metrics: { called: nothing, inFlight: nothing, refused: nothing },
  now: () => new Date("2026-11-24T02:00:00Z"),
  monotonic: () => 0,
  limits: { inFlight: 10, streams: 10 },
});

function probeOf(method: Route["method"]) {
  if (method.methodKind === "unary") return () => Promise.reject(new Error("reached"));
  return async function* (requests: AsyncIterable<Message>) {
    for await (const _ of requests) throw new Error("reached");
    yield* [];
  };
}

/** Whether a caller is let in by a method; who is refused is refused before its body is read. */
async function isLetIn(route: Route, actor: Actor): Promise<boolean> {
  read = false;
  const body = (): Message => {
    read = true;
    return create(route.method.input);
  };
  const incoming = {
    header: () => undefined,
    authenticate: () => actor,
    onGone: () => nothing,
    deadline: undefined,
  };
  const outcome = await outcomeOf(route, body, incoming).catch((refusal: Refusal) => refusal.reason);
  const refused = outcome === "PERMISSION_DENIED" || outcome === "TOKEN_MISSING";
  expect(refused && read, `${route.name} read the body of a caller that it refused`).toBe(false);
  expect(refused || read, `${route.name} did not read the body of a caller that it lets in`).toBe(true);
  return !refused;
}

async function outcomeOf(route: Route, body: () => Message, incoming: Parameters<typeof chain.unary>[2]) {
  if (route.method.methodKind === "unary") return chain.unary(route, body, incoming);
  const requests = (async function* () {
    yield body();
  })();
  return chain.stream(route, requests, incoming).next();
}

const HOLDER = {
  kind: "holder",
  codeType: "111",
  code: "11010119900101100X",
  name: "张三",
  provider: "https://idp",
} as const;
const appWith = (...scopes: string[]): Actor => ({
  kind: "app",
  app: "440100-a",
  department: "114401000000990003",
  node: HOME,
  scopes,
});
const staffWith = (role: keyof typeof ROLES, node: string): Actor => ({
  kind: "staff",
  node,
  account: `${node}-li`,
  name: "李明",
  department: "114401000000990003",
  division: "440100",
  roles: [role],
});

/** Callers of a column: each with whether its cell lets it in. */
function callersOf(row: Row): [string, Actor, boolean][] {
  const isPublic = row.cell("公众 public") === LET_IN;
  const whole = (head: string) => row.cell(head) === LET_IN;
  const scope = row.cell("应用 app").replaceAll("`", "");
  const asked = scope === "" || scope === LET_IN ? [] : [scope];
  const callers: [string, Actor, boolean][] = [
    ["nobody in particular", { kind: "public" }, isPublic],
    ["an app with its scope", appWith(...asked), scope !== ""],
    ["an app with another scope", appWith("other.scope"), scope === LET_IN],
    ["a holder", HOLDER, whole("持证主体 holder")],
    ["an agent", { kind: "agent", node: HOME, name: "a" }, whole("签名代理 agent")],
    ["an agent of another node", { kind: "agent", node: AWAY, name: "a" }, isPublic],
    ["an operator", { kind: "operator", node: HOME, name: "o" }, whole("运维证书 operator")],
    ["an operator of another node", { kind: "operator", node: AWAY, name: "o" }, isPublic],
  ];
  for (const role of ROLE_NAMES) {
    callers.push([`staff with ${role}`, staffWith(role, HOME), whole(ROLES[role].chinese)]);
    callers.push([`staff of another node with ${role}`, staffWith(role, AWAY), isPublic]);
  }
  for (const [kind, node, head] of [
    ["service", HOME, "服务 service"],
    ["node", AWAY, "节点 node"],
  ] as const) {
    for (const name of SERVICE_NAMES) {
      const letIn = whole(head) || row.cell(head).split(" ").includes(name);
      callers.push([`${kind} ${name}`, { kind, node, name }, letIn]);
    }
  }
  return callers;
}

describe("who may call what (5.9.3)", () => {
  test("is told by the page as the contracts say it, in a row for each method", () => {
    expect(page, "draw it anew with npm run pictures").toBe(permissionsPage(contracts));
    expect([...rows.keys()].sort()).toEqual(table.methods.map((one) => methodPath(one).slice(1)).sort());
    expect(rows.get("ecert.issue.v1.IssueService/MakeCertificate")?.cell("应用 app")).toBe("`issue.make`");
    for (const head of COLUMNS.map(({ head }) => head)) expect(page).toContain(` ${head} `);
  });

  test.each(contracts.map((contract) => [contract.typeName, contract] as const))(
    "%s lets in whom its cells name, and refuses everybody else before a body is read",
    async (_, contract) => {
      for (const method of contract.methods) {
        const path = methodPath(method);
        const route = table.find(path, undefined) as Route;
        for (const [name, actor, letIn] of callersOf(rows.get(route.name) as Row))
          expect([route.name, name, await isLetIn(route, actor)]).toEqual([route.name, name, letIn]);
      }
    },
  );

  test("no method lets in staff of another node, and who signs in with no role is let in nowhere by one that asks for roles", async () => {
    for (const method of table.methods) {
      const route = table.find(methodPath(method), undefined) as Route;
      const declared = permissionOf(method);
      if (declared?.roles.length === 0) continue;
      expect(await isLetIn(route, { ...staffWith("maker", HOME), roles: [] } as Actor), route.name).toBe(false);
    }
  });

  test("what the province alone does is marked in the contract and refused by the code of every other node (4.3.1)", () => {
    const refusing = table.methods.filter((method) => REFUSES_ELSEWHERE.test(codeOf(method.name)));
    const marked = table.methods.filter((method) => permissionOf(method)?.province === true);
    expect(marked.map(methodPath).sort()).toEqual(refusing.map(methodPath).sort());
    expect(marked.map((method) => rows.get(methodPath(method).slice(1))?.level)).toEqual(marked.map(() => "省"));
  });
});

/** How a route says that the province alone does it. */
const REFUSES_ELSEWHERE =
  /requireProvince\(context, "[A-Z]|throw notTheProvince\(\)|requireAtProvince\(context\)|alone publishes catalog items \(4\.3\.1\); call|archives are compared at the province/;

/** The file of a method: `GetStatusBundle` is served in `get-status-bundle.ts`. */
function codeOf(method: string): string {
  const file = `${method.replace(/(?<!^)([A-Z])/g, "-$1").toLowerCase()}.ts`;
  const found = readdirSync(ROUTES).map((service) => join(ROUTES, service, "routes", file));
  return found
    .filter((path) => existsSync(path))
    .map((path) => readFileSync(path, "utf8"))
    .join("\n");
}
