import { globSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { type DescMethod, type DescService, getOption, hasOption } from "@bufbuild/protobuf";
import { describe, expect, test } from "vitest";
import { importsOf } from "../ops/docs/imports.ts";
import { EventKind } from "../proto/gen/ecert/event/v1/event_pb.ts";
import { CallerKind, permission } from "../proto/gen/ecert/type/v1/permission_pb.ts";
import {
  callsOf,
  EVENT_MAKERS,
  EVENT_TAKERS,
  RELAY,
  SERVICES,
  type ServiceDescription,
} from "../services/host/services.ts";
import { loadService } from "../services/modules.ts";

const ROOT = resolve(import.meta.dirname, "..");
const GENERATED = join(ROOT, "proto/gen/ecert");
const LIST: readonly ServiceDescription[] = SERVICES;
const NAMES = LIST.map(({ name }) => name);

const modules = await Promise.all(
  globSync("**/*_pb.ts", { cwd: GENERATED }).map((path) => import(join(GENERATED, path))),
);
/** Contracts by the name that code gives them, `ArchiveService`. */
const contracts = new Map(
  modules
    .flatMap((module) => Object.values(module) as { kind?: string }[])
    .filter((one): one is DescService => one?.kind === "service")
    .map((contract) => [contract.name, contract]),
);
const contractNamed = (name: string) => contracts.get(name) as DescService;
const permissionOf = (method: DescMethod) =>
  hasOption(method, permission) ? getOption(method, permission) : undefined;

/** Code that a service is made of: its own files and those of the judgement, as far as its `main.ts` reaches them. */
function textOf(service: string): string {
  const found = new Set<string>();
  const waiting = [`services/${service}/main.ts`];
  for (let path = waiting.pop(); path; path = waiting.pop()) {
    if (found.has(path)) continue;
    found.add(path);
    const imports = importsOf(ROOT, path).filter(({ own, when }) => own && when !== "type");
    waiting.push(...imports.map(({ to }) => to).filter((to) => isOf(service, to)));
  }
  return [...found].map((path) => readFileSync(join(ROOT, path), "utf8")).join("\n");
}

const isOf = (service: string, path: string) =>
  path.startsWith(`services/${service}/`) || path.startsWith("services/judgement/");

const texts = new Map(NAMES.map((name) => [name, textOf(name)]));
const matches = (service: string, pattern: RegExp): string[] =>
  [...new Set([...(texts.get(service) ?? "").matchAll(pattern)].map(([, word = ""]) => word))].sort();

interface FoundCall {
  contract: string;
  /** Service that is called; several where the relay calls whoever makes or takes events. */
  targets: readonly string[];
  across: boolean;
}

/** Where code opens clients, as `Runtime.client` has them: of the own node by name, of others by `{ peer }`. */
const CLIENT =
  /\bclient\(\s*(\w+Service),\s*(?:"(\w+)"|(?:this\.#)?(source|taker)|\{ peer(?:: [\w.]+)?(?:, service: "(\w+)")? \}),?\s*\)/g;
/** The same, however it is written: whatever this finds and {@link CLIENT} does not would be overlooked. */
const ANY_CLIENT = /\bclient\(\s*\w+Service,/g;

function callsIn(service: string): FoundCall[] {
  const events = { source: EVENT_MAKERS, taker: EVENT_TAKERS.filter((taker) => taker !== RELAY) };
  return [...(texts.get(service) ?? "").matchAll(CLIENT)].map(([, contract = "", own, events_, named]) => {
    if (own) return { contract, targets: [own], across: false };
    if (events_) return { contract, targets: events[events_ as keyof typeof events], across: false };
    return { contract, targets: [named ?? areaOf(contract)], across: true };
  });
}

const areaOf = (contract: string) => contractNamed(contract).file.proto.package.split(".")[1] as string;
const eventKinds = () => Object.keys(EventKind).filter((kind) => kind !== "UNSPECIFIED");
const serves = (service: string, contract: string) =>
  ["SetAsideService", "WatchService"].includes(contract) ||
  matches(service, /\bmount\(\s*(\w+Service)\b/g).includes(contract);

describe.each(LIST)("the description of $name tells the truth:", (description) => {
  const { name, collections, makes, takes, callsAcross } = description;

  test("its module is where the launcher looks for it", async () => {
    expect((await loadService(name as never)).name).toBe(name);
  });

  test("its collections", () => {
    expect([...collections].sort()).toEqual(matches(name, /: CollectionSpec = \{\s*name: "([\w-]+)"/g));
  });

  test("the events that it makes, from an outbox", () => {
    const made = matches(name, /\bkind: EventKind\.([A-Z_]+)/g);
    expect(Object.keys(makes).sort()).toEqual(made);
    expect(serves(name, "OutboxService")).toBe(made.length > 0);
  });

  test("the events that it takes, into an inbox unless it relays", () => {
    const isRelay = name === RELAY;
    if (!isRelay) expect([...takes].sort()).toEqual(matches(name, /(?:\bcase|[!=]==) EventKind\.([A-Z_]+)/g));
    expect(serves(name, "InboxService")).toBe(takes.length > 0 && !isRelay);
  });

  test("whom it calls", () => {
    const found = callsIn(name);
    expect(found.length).toBe([...(texts.get(name) ?? "").matchAll(ANY_CLIENT)].length);
    const targets = (across: boolean) => [
      ...new Set(found.filter((call) => call.across === across).flatMap((call) => call.targets)),
    ];
    // A process may ask a service beside it by the same way as everybody else.
    expect(callsOf(description).sort()).toEqual(
      targets(false)
        .filter((target) => target !== name)
        .sort(),
    );
    expect([...callsAcross].sort()).toEqual(targets(true).sort());
  });

  test("who is called serves the contract, and lets it in", () => {
    const kinds = (across: boolean) => [CallerKind.PUBLIC, across ? CallerKind.NODE : CallerKind.SERVICE];
    const shut = callsIn(name).filter(({ contract, targets, across }) => {
      const lets = contractNamed(contract).methods.some((method) => {
        const { callers = [], services = [] } = permissionOf(method) ?? {};
        return (
          kinds(across).some((kind) => callers.includes(kind)) && (services.length === 0 || services.includes(name))
        );
      });
      return !lets || !targets.every((target) => serves(target, contract));
    });
    expect(shut).toEqual([]);
  });
});

describe("the list of services", () => {
  test("has each kind of event made by one service, and taken by one or more; of their own node services take what they take of others", () => {
    for (const kind of eventKinds()) {
      expect(LIST.filter(({ makes }) => kind in makes).length, kind).toBe(1);
      expect(LIST.filter(({ takes }) => takes.includes(kind)).length, kind).toBeGreaterThan(0);
    }
    for (const { takes, takesOwn = [] } of LIST) expect(takes).toEqual(expect.arrayContaining([...takesOwn]));
    expect(
      LIST.flatMap(({ makes, takes }) => [...Object.keys(makes), ...takes]).filter((kind) => !(kind in EventKind)),
    ).toEqual([]);
  });

  test("has every service that a contract lets in, which calls that contract", () => {
    const idle = [...contracts.values()].flatMap((contract) =>
      contract.methods.flatMap((method) =>
        (permissionOf(method)?.services ?? [])
          .filter((service) => !callsIn(service).some((call) => call.contract === contract.name))
          .map((service) => `${service} → ${contract.name}.${method.name}`),
      ),
    );
    expect(idle).toEqual([]);
  });

  test("has what every process asks open to every service", () => {
    const text = readFileSync(join(ROOT, "services/node/node.ts"), "utf8");
    const asked = [...text.matchAll(/clients\.client\(speaker, (\w+Service), "(\w+)"\)/g)];
    expect(asked.map(([, contract, service]) => [contract, service])).toEqual([
      ["TokenService", "identity"],
      ["SessionService", "identity"],
      ["StandingService", "sync"],
    ]);
    for (const [, contract = "", service = ""] of asked) {
      expect(serves(service, contract)).toBe(true);
      const open = contractNamed(contract).methods.map(permissionOf);
      expect(open.some((one) => one?.callers.includes(CallerKind.SERVICE) && one.services.length === 0)).toBe(true);
    }
  });
});
