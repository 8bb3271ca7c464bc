import { create } from "@bufbuild/protobuf";
import { ListService } from "../../proto/gen/ecert/catalog/v1/list_service_pb.ts";
import { GetIssuingTermsRequestSchema, TermsService } from "../../proto/gen/ecert/catalog/v1/terms_service_pb.ts";
import { pause } from "../../services/base/pause.ts";
import { issuingTerms } from "../../services/catalog/items/terms.ts";
import { openListSource } from "../../services/catalog/lists/list-source.ts";
import { LISTS, type ListDocument, listId } from "../../services/catalog/lists/stored.ts";
import { openContext } from "../../services/catalog/open-context.ts";
import { RECORDS, type RegistryDocument, recordId } from "../../services/catalog/stored/records.ts";
import type { ListEntry } from "../../services/domain/obligatory-list.ts";
import { createTermsSource } from "../../services/issue/terms/terms.ts";
import type { Store } from "../../services/store/port.ts";
import { toPem } from "../../services/trust/pem.ts";
import { appOf, BUREAU, DAY, ITEM, NODE, openOpeningScene, sealOf } from "../../test/catalog/opening-scene.ts";
import { bothEngines } from "../../test/fixtures/engines.ts";
import { directClient, testCall } from "../../test/fixtures/runtime.ts";
import type { Figure } from "./figure.ts";

const [ITEMS, OPENINGS, CALLS] = [3_000, 50_000, 5_000];
/** 21 cities, and 122 counties below them. */
const CITIES = Array.from({ length: 21 }, (_, index) => `44${String(index + 1).padStart(2, "0")}00`);
const COUNTIES = Array.from({ length: 122 }, (_, index) => {
  const city = CITIES[index % CITIES.length] as string;
  return `${city.slice(0, 4)}${String(Math.floor(index / CITIES.length) + 1).padStart(2, "0")}`;
});

/**
 * 4.3.2, 4.4.1: the effective list of any county with 3,000 items on the list of every county, and designations of province and city for all
 * of them; and what issuing terms cost with 50,000 openings beside.
 */
export async function* measureLists(): AsyncGenerator<Figure> {
  for (const engine of await bothEngines()) {
    const { store, remove } = await engine.open();
    for (const figure of await onStore(store)) yield { ...figure, name: `${figure.name}, on ${engine.name}` };
    await remove();
  }
}

async function onStore(store: Store): Promise<Figure[]> {
  const opened = await scene(store);
  const lists = directClient(opened.running, ListService);
  const times: number[] = [];
  for (const division of COUNTIES) {
    const begun = process.cpuUsage();
    for (let pageToken = ""; ; ) {
      const page = await lists.getEffectiveList({ division, day: DAY, pageSize: 1000, pageToken });
      if (page.nextPageToken === "") break;
      pageToken = page.nextPageToken;
    }
    times.push(processorTime(begun));
  }
  times.sort((a, b) => a - b);
  const terms = await measureTerms(opened);
  const source = openListSource({
    ...{ lists: opened.listCollection, config: opened.runtime.config },
    monotonic: () => performance.now(),
  });
  await source.stands("440106", ITEM, DAY);
  const asking = process.cpuUsage();
  for (let call = 0; call < 20 * CALLS; call++) await source.stands("440106", ITEM, DAY);
  const stands = processorTime(asking) / (20 * CALLS);
  await opened.close();
  const counties = `${ITEMS} items × ${COUNTIES.length} counties`;
  const processor = { unit: "ms (processor)", below: true } as const;
  return [
    {
      ...{ name: `effective list of a county read whole, ${counties}`, ...processor, aim: 20 },
      ...{ value: times[times.length >> 1] ?? 0, note: `worst ${times.at(-1)?.toFixed(1)}` },
    },
    {
      name: "issuing terms as issue keeps them, with each certificate",
      value: 1000 * terms.kept,
      unit: "µs (processor)",
    },
    {
      name: `issuing terms as the catalog gives them, ${OPENINGS} openings`,
      value: terms.given,
      ...processor,
      aim: 0.2,
    },
    { name: "issuing terms decided anew, behind each change", value: terms.anew, ...processor, aim: 0.2 },
    { name: "of which the obligatory list", value: 1000 * stands, unit: "µs (processor)" },
  ];
}

/** Milliseconds of processor time: for terms that the issue service has kept, that the catalog gives again, and that it decides anew. */
async function measureTerms({ runtime, running, issuing }: Awaited<ReturnType<typeof scene>>) {
  const question = { appKey: appOf(BUREAU), itemCode: ITEM, issuerCode: BUREAU, day: DAY, knownVersion: 1 };
  const context = await openContext(runtime);
  const request = create(GetIssuingTermsRequestSchema, question);
  const anew = await each(() => issuingTerms(context, request));
  const catalog = directClient(running, TermsService, { kind: "service", node: NODE, name: "issue" });
  while (!(await catalog.watchTerms({})).settled) await pause(100);
  const given = await each(() => issuing(BUREAU));
  let asked = 0;
  const counted = (_name: string, { from = "" } = {}) => {
    if (from === "asked") asked++;
  };
  const source = createTermsSource(catalog, { ...runtime, metrics: { ...runtime.metrics, count: counted } });
  const call = testCall();
  const kept = await each(() =>
    source.issuingTerms({ app: appOf(BUREAU), itemCode: ITEM, issuerCode: BUREAU, day: DAY }, call),
  );
  if (asked > CALLS / 10) throw new Error(`the terms were asked for ${asked} times, so that they were not kept`);
  return { anew, given, kept };
}

async function each(call: () => Promise<unknown>): Promise<number> {
  for (let warm = 0; warm < 500; warm++) await call();
  const begun = process.cpuUsage();
  for (let done = 0; done < CALLS; done++) await call();
  return processorTime(begun) / CALLS;
}

async function scene(store: Store) {
  const monotonic = () => performance.now();
  const core = await openOpeningScene({ stores: { catalog: store }, seen: { monotonic } });
  const opened = { ...core, runtime: { ...core.runtime, monotonic } };
  const lists = await store.collection<ListDocument>(LISTS);
  const entry = (index: number, target: string, more: Partial<ListEntry> = {}): ListEntry => ({
    ...{ itemCode: `GD-${String(index).padStart(6, "0")}`, target, levels: [], departments: [BUREAU] },
    ...{ from: "2026-01-01", ...more },
  });
  const all = (target: string, more: Partial<ListEntry> = {}) =>
    Array.from({ length: ITEMS }, (_, index) => entry(index, target, more));
  const document = (division: string, entries: readonly ListEntry[]): ListDocument => ({
    ...{ _id: listId(NODE, division), revision: 1, node: NODE, division, changes: 1, entries },
    changedAt: "2026-01-01T00:00:00Z",
  });
  for (const city of CITIES) await lists.insert(document(city, all(city, { levels: ["county"] })));
  for (const county of COUNTIES) await lists.insert(document(county, all(county)));
  const records = await store.collection<RegistryDocument>(RECORDS.opening);
  for (let begin = 0; begin < OPENINGS; begin += 1_000) {
    const openings = Array.from({ length: 1_000 }, (_, index): RegistryDocument => {
      const itemCode = `GD-${String((begin + index) % ITEMS).padStart(6, "0")}`;
      const key = `${itemCode}/${BUREAU}/${NODE}-app-${begin + index}`;
      const value = { itemCode, departmentCode: BUREAU, appKey: appOf(BUREAU), sealCode: "S", opensOn: "2026-01-01" };
      return { _id: recordId("opening", NODE, key), revision: 1, kind: "opening", node: NODE, key, changes: 1, value };
    });
    await records.insertMany(openings);
  }
  // As large as one is, for it is read with each decision; nobody signs with it.
  const seals = await store.collection<RegistryDocument>(RECORDS.seal);
  const seal = (await seals.get(recordId("seal", NODE, sealOf(BUREAU)))) as RegistryDocument;
  const parts = { signingCertificatePem: toPem("CERTIFICATE", Buffer.alloc(900)), pictureJson: '{"kind":"round"}' };
  await seals.replace({ ...seal, value: { ...seal.value, ...parts } });
  await opened.operator.putIssuingOpening({ opening: opened.opening(BUREAU) });
  return { ...opened, listCollection: lists };
}

/** Processor time of all threads of this process since, milliseconds. */
function processorTime(since: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(since);
  return (user + system) / 1000;
}
