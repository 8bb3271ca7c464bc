import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { catalogService } from "../../services/catalog/main.ts";
import { identityService } from "../../services/identity/main.ts";
import type { Runtime } from "../../services/node/runtime.ts";
import { NO_FORMER_APPS } from "../fixtures/core.ts";
import { bothEngines } from "../fixtures/engines.ts";
import { openTestRuntime } from "../fixtures/runtime.ts";
import { GOVERNING_CASES } from "./bad-rows-governing.ts";
import { type ListCase, LIST_CASES as OTHERS, type Row, type Started } from "./bad-rows-lists.ts";
import { OWN_CASES } from "./bad-rows-own.ts";
import { SUPERVISION_CASES } from "./bad-rows-supervision.ts";

const ROOT = join(import.meta.dirname, "../..");
const LIST_CASES = { ...OTHERS, ...GOVERNING_CASES, ...SUPERVISION_CASES };

test("every collection that a service declares has its case here", () => {
  const sources = globSync("{services,agent}/**/*.ts", { cwd: ROOT }).filter((path) => !path.endsWith(".test.ts"));
  const declared = sources.flatMap((path) => {
    const text = readFileSync(join(ROOT, path), "utf8");
    const specs = text.match(/\w+: CollectionSpec = /g) ?? [];
    const names = [...text.matchAll(/\w+: CollectionSpec = \{\s*name: "([^"]+)"/g)].map(([, name]) => name as string);
    expect(names.length, `${path} names its collections where it declares them`).toBe(specs.length);
    // A collection is opened by its declaration, which is what is counted here.
    const opened = /^services\/store\//.test(path) ? [] : (text.match(/\.collection(<[^(]*>)?\(\s*\{/g) ?? []);
    expect(opened, `${path} opens a collection without a declaration`).toEqual([]);
    return names;
  });
  expect(declared.sort()).toEqual([...Object.keys(LIST_CASES), ...Object.keys(OWN_CASES)].sort());
});

describe.each(await bothEngines())("one bad row on $name", (engine) => {
  async function open(service: ListCase["service"]): Promise<Runtime> {
    const { store, remove } = await engine.open();
    const { runtime, close } = await openTestRuntime({
      ...{ service, role: "province", code: "440000", store, clients: NO_FORMER_APPS },
    });
    onTestFinished(async () => {
      await close();
      await remove();
    });
    return { ...runtime, config: { ...runtime.config, clockSkewMs: 1_000 } };
  }

  async function start(runtime: Runtime): Promise<Started> {
    const module = [catalogService, identityService].find(({ name }) => name === runtime.service);
    if (!module) return { services: [], ready: async () => {}, stop: async () => {} };
    const started = await module.start(runtime);
    onTestFinished(() => started.stop());
    return started;
  }

  const cases = Object.entries(LIST_CASES).flatMap(([name, one]) =>
    Object.entries(one.damages).map(([what, damage]) => [name, what, one, damage] as const),
  );

  test.each(cases)(
    "of %s (%s) is left out, shown and counted; all others go on; it is back when it was mended and retried",
    async (name, _what, one, damage) => {
      const runtime = await open(one.service);
      const collection = await runtime.store.collection<Row>(one.spec);
      const { good, bad } = await one.documents(runtime);
      for (const row of [good, bad]) if (!(await collection.get(row._id))) await collection.insert(row);
      const before = await one.lists(runtime, await start(runtime));
      for (const [list, keys] of Object.entries(before)) expect(keys, list).toHaveLength(2);

      const stored = (await collection.get(bad._id)) as Row;
      await collection.replace({ ...stored, ...damage });
      const started = await start(runtime);
      const without = await one.lists(runtime, started);
      for (const [list, keys] of Object.entries(without))
        expect(keys, list).toEqual(one.stays?.includes(list) ? before[list] : [before[list]?.[0]]);
      const key = String(bad._id);
      if (one.one) {
        await expect(one.one(runtime, started, bad)).rejects.toMatchObject({
          reason: "RECORD_UNREADABLE",
          metadata: { source: name, key },
          fields: [{ remedy: expect.stringContaining("ecert set-aside") }],
        });
        await expect(one.one(runtime, started, good).then(() => "read")).resolves.toBe("read");
      }

      const { setAside } = runtime;
      const { items } = await setAside.list(10, "");
      expect(items).toMatchObject([{ place: one.place, source: name, key }]);
      expect(setAside.notices()).toEqual([`set aside: ${one.place} 1`]);
      const id = items[0]?._id ?? "";
      expect(await setAside.retry(id)).toMatchObject({ key, tries: 2 });
      const damaged = (await collection.get(bad._id)) as Row;
      await collection.replace({ ...stored, revision: damaged.revision });
      expect(await setAside.retry(id)).toBeUndefined();
      expect(await one.lists(runtime, await start(runtime))).toEqual(before);
      expect(setAside.notices()).toEqual([]);
    },
  );

  test.each(Object.entries(OWN_CASES))("of %s, which the service keeps for itself, stops nothing", async (_, run) => {
    await run(await open("sync"));
  });
});
