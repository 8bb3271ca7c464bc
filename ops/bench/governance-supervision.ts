import { VolumeGroup } from "../../proto/gen/ecert/supervision/v1/figures_pb.ts";
import { RateLevel, SupervisionService } from "../../proto/gen/ecert/supervision/v1/supervision_service_pb.ts";
import { WEEKENDS_ALONE } from "../../services/domain/working-day.ts";
import type { Store, Stored } from "../../services/store/port.ts";
import { cellKey, MONTHS, type MonthDocument } from "../../services/supervision/counted/month-record.ts";
import { SUMS, type SumDocument, sumsOf } from "../../services/supervision/counted/sum-record.ts";
import {
  ANY_NODE,
  FACTS,
  type FactDocument,
  type FactValue,
  ownerOf,
} from "../../services/supervision/facts/fact-record.ts";
import { fold } from "../../services/supervision/fold/fold.ts";
import { foldOwner } from "../../services/supervision/fold/fold-owner.ts";
import { supervisionService } from "../../services/supervision/main.ts";
import { openContext } from "../../services/supervision/open-context.ts";
import { bothEngines, type Engine } from "../../test/fixtures/engines.ts";
import { directClient, openTestRuntime } from "../../test/fixtures/runtime.ts";
import type { Figure } from "./figure.ts";

const [DEPARTMENTS, MATTERS, OPENINGS, ITEMS] = [5_000, 200_000, 50_000, 3_000];
/** 21 cities, and 122 counties below them. */
const CITIES = Array.from({ length: 21 }, (_, index) => `44${String(index + 1).padStart(2, "0")}00`);
const COUNTIES = Array.from({ length: 122 }, (_, index) => {
  const city = CITIES[index % CITIES.length] as string;
  return `${city.slice(0, 4)}${String(Math.floor(index / CITIES.length) + 1).padStart(2, "0")}`;
});
const QUARTER = "2026Q3";
const [FROM, TO] = ["2026-07-01", "2026-09-30"] as const;
const KNOWN = "2026-06-01T00:00:00.000Z";

interface Bureau {
  code: string;
  division: string;
  node: string;
}

const BUREAUS = Array.from({ length: DEPARTMENTS }, (_, index): Bureau => {
  const division = COUNTIES[index % COUNTIES.length] as string;
  return { code: `11440000B${String(index).padStart(9, "0")}`, division, node: `${division.slice(0, 4)}00` };
});

/** Records of a backlog are counted so fast. */
const BACKLOG_AIM = 5_000;
/** The whole province is told within so many seconds on two cores. */
const AIM = 2;

/**
 * Measures the whole province for one quarter (4.7, 6.2.6), on both engines: 5,000 departments with 200,000 matters, 50,000 openings, 3,000 kinds on
 * their lists, and what was counted of each on every day; and what counting them anew costs.
 */
export async function* measureSupervision(): AsyncGenerator<Figure> {
  for (const engine of await bothEngines()) yield* await onEngine(engine);
}

async function onEngine(engine: Engine): Promise<Figure[]> {
  const { store, remove } = await engine.open();
  const house = await openTestRuntime({
    ...{ service: "supervision", role: "province", code: "440000", store, now: "2026-11-24T02:00:00Z" },
  });
  const context = await openContext(house.runtime);
  await insertAll(store, FACTS, waiting());
  await insertAll(store, MONTHS, months());
  await insertAll(store, SUMS, sums());
  const backlog = await timed(async () => {
    while ((await fold(context)) > 0);
  });
  const counting = await timed(async () => {
    for (const { node, code } of BUREAUS) await foldOwner(context, ownerOf(node, code));
  });
  const running = await supervisionService.start(house.runtime);
  const asked = directClient(running, SupervisionService);
  const figure = async (name: string, work: () => Promise<unknown>): Promise<Figure> => {
    const value = await timed(work);
    return { name: `${name}, on ${engine.name}`, value, unit: "s", aim: AIM, below: true };
  };
  const rates = (level: RateLevel) => () => asked.getRates({ level, day: TO, pageSize: 1_000 });
  async function departments(): Promise<void> {
    let pageToken = "";
    do pageToken = (await asked.getRates({ day: TO, pageSize: 1_000, pageToken })).nextPageToken;
    while (pageToken !== "");
  }
  const period = { from: FROM, to: TO };
  const records = DEPARTMENTS * 2 + MATTERS + OPENINGS;
  const figures = [
    { name: `records of a backlog counted, on ${engine.name}`, value: records / backlog, unit: "/s", aim: BACKLOG_AIM },
    { name: `a department counted anew, on ${engine.name}`, value: (1_000 * counting) / DEPARTMENTS, unit: "ms" },
    await figure("rates of the province", rates(RateLevel.PROVINCE)),
    await figure("rates of all counties", rates(RateLevel.COUNTY)),
    await figure("rates of all departments", departments),
    await figure("volumes by day", () => asked.getVolumes({ period, group: VolumeGroup.DAY, pageSize: 1_000 })),
    await figure("the quarter frozen whole", () => asked.freezeInspection({ quarter: QUARTER })),
  ];
  await running.stop();
  await house.close();
  await remove();
  return figures;
}

/** All of them as they are when nothing was counted yet. */
function* waiting(): Generator<FactDocument> {
  for (const fact of facts()) yield { ...fact, dirty: 1 };
}

function* facts(): Generator<FactDocument> {
  const document = (id: string, { code, node }: Bureau, value: Omit<FactValue, "department">): FactDocument => ({
    ...{ _id: `${node}/${id}`, revision: 1, node, owners: [ownerOf(node, code)] },
    versions: [{ revision: 1, on: "2026-06-01", knownAt: KNOWN, value: { department: code, ...value } }],
  });
  for (const bureau of BUREAUS) {
    const { code, division } = bureau;
    yield document(`department/${code}`, bureau, { fact: { kind: "department", name: "局", division, superior: "" } });
    for (let index = 0; index < MATTERS / DEPARTMENTS; index++) {
      const days = [{ from: "2026-01-01" }];
      const fact = { kind: "matter", matter: `${code}-${index}`, name: "核发", portal: days } as const;
      yield document(`matter/${code}-${index}`, bureau, { fact: { ...fact, usable: index % 2 === 0 ? days : [] } });
    }
    for (let index = 0; index < OPENINGS / DEPARTMENTS; index++) {
      const fact = { kind: "opened", item: itemOf(index, code), from: "2026-01-01" } as const;
      yield document(`opening/${code}-${index}`, bureau, { fact });
    }
    const entries = Array.from({ length: (2 * OPENINGS) / DEPARTMENTS }, (_, index) => ({
      ...{ item: itemOf(index, code), from: "2026-01-01" },
    }));
    const list = document(`list/${code}`, bureau, { fact: { kind: "list", entries } });
    yield { ...list, owners: [ownerOf(ANY_NODE, code)] };
  }
}

/** Each department has issued five kinds, used two and refused some on every day of the quarter. */
function* sums(): Generator<SumDocument> {
  for (const month of months()) yield sumsOf(month, WEEKENDS_ALONE);
}

function* months(): Generator<MonthDocument> {
  for (const { code, division, node } of BUREAUS)
    for (const month of ["2026-07", "2026-08", "2026-09"]) {
      const owner = ownerOf(node, code);
      const cells = Object.fromEntries([
        ...Array.from({ length: 5 }, (_, index) => [key("issued", itemOf(index, code)), 7]),
        ...["verified", "extracted"].map((action) => [key(action, itemOf(0, code), `${code}-0`), 11]),
        [cellKey({ action: "refused_use", reason: "USAGE_CODE_SPENT", item: "", matter: `${code}-0` }), 1],
      ]) as Record<string, number>;
      const days = Object.fromEntries(
        Array.from({ length: month === "2026-09" ? 30 : 31 }, (_, day) => [String(day + 1).padStart(2, "0"), cells]),
      );
      yield { _id: `${owner}/${month}`, revision: 1, owner, department: code, division, month, days };
    }
}

const key = (action: string, item: string, matter = "") => cellKey({ action, reason: "", item, matter });
const itemOf = (index: number, code: string) =>
  `GD-${String((index + 7 * Number(code.slice(9))) % ITEMS).padStart(6, "0")}`;

async function insertAll<T extends Stored>(store: Store, spec: typeof FACTS, documents: Iterable<T>): Promise<void> {
  const collection = await store.collection<T>(spec);
  let batch: T[] = [];
  for (const document of documents) {
    batch.push(document);
    if (batch.length < 1_000) continue;
    await collection.insertMany(batch);
    batch = [];
  }
  if (batch.length > 0) await collection.insertMany(batch);
}

/** Seconds. */
async function timed(work: () => Promise<unknown>): Promise<number> {
  const begun = performance.now();
  await work();
  return (performance.now() - begun) / 1_000;
}
