import { openHours } from "../../services/event/hour-tally.ts";
import { ISSUE_HOURS } from "../../services/issue/make/refused-makes.ts";
import type { Collection, CollectionSpec, Query, Stored } from "../../services/store/port.ts";
import { ACTS, openActs, STREAMS } from "../../services/supervision/acts/act-record.ts";
import { BULLETINS, openBulletins } from "../../services/supervision/bulletin/bulletin-record.ts";
import { CALENDARS, openCalendars } from "../../services/supervision/calendar/calendar-record.ts";
import { ISSUED, openIssued } from "../../services/supervision/counted/issued-record.ts";
import { DAYS, MONTHS, openDays, openMonths } from "../../services/supervision/counted/month-record.ts";
import { openSums, SUMS } from "../../services/supervision/counted/sum-record.ts";
import { openTallies, TALLIES } from "../../services/supervision/counted/tally-record.ts";
import { FACTS, openFacts } from "../../services/supervision/facts/fact-record.ts";
import { NODES, openNodes } from "../../services/supervision/facts/nodes.ts";
import { openRates, RATES } from "../../services/supervision/figures/rate-record.ts";
import { INDICATORS, openIndicators } from "../../services/supervision/indicators/indicator-record.ts";
import {
  INSPECTIONS,
  openInspections,
  snapshotDigest,
} from "../../services/supervision/inspections/inspection-record.ts";
import type { Snapshot } from "../../services/supervision/inspections/snapshot.ts";
import { HISTORY, openProgress } from "../../services/supervision/intake/progress-record.ts";
import { USE_HOURS } from "../../services/usage/uses/use-hours.ts";
import type { ListCase, Row } from "./bad-rows-lists.ts";

const OWNER = "440100/114401000000990003";
const AT = "2026-11-20T02:00:00.000Z";
const COMMON = { revision: 1, owner: OWNER, department: "114401000000990003", division: "440106" };

/** Two documents of a collection of the supervision service, `a` and `b`. */
const two = (row: object) => async () => ({
  good: { _id: "a", ...row } as Row,
  bad: { _id: "b", ...row } as Row,
});

async function keysOf(collection: Collection<Stored>, query: Omit<Query, "limit">): Promise<string[]> {
  return (await collection.query({ ...query, limit: 10 })).items.map(({ _id }) => _id);
}

const service = "supervision" as const;
const place = "store" as const;

/** Hours that a service counts for supervision. */
const hours = (service: "usage" | "issue", spec: CollectionSpec): ListCase => ({
  ...{ service, place, spec },
  documents: two({
    ...{ revision: 1, hour: "2026-11-20T10", department: COMMON.department, open: "2026-11-20T10" },
    ...{ counts: { verified: 3 }, added: { process: 1 }, changes: 0 },
  }),
  damages: { "a number that is none": { counts: { verified: "many" } }, "no additions": { added: undefined } },
  lists: async (runtime) => ({ open: await keysOf(await openHours(spec, runtime), { index: "open" }) }),
  one: async (runtime, _started, { _id }) => (await openHours(spec, runtime)).get(_id),
});

/** Collections of the supervision service, and of the hours that others count for it, by name. */
export const SUPERVISION_CASES: Record<string, ListCase> = {
  usage_hours: hours("usage", USE_HOURS),
  issue_hours: hours("issue", ISSUE_HOURS),
  supervision_bulletins: {
    ...{ service, place, spec: BULLETINS },
    documents: two({
      ...{ revision: 1, division: "440100", quarter: "2026Q3", title: "通报", publisher: "局", publishedAt: AT },
      ...{ publishedBy: "staff/a", pdf: "a", xlsx: "b", statement: "{}", signature: "AA==" },
      ...{ addressees: [{ account: "440100-a", department: "x", name: "甲" }], accounts: ["440100-a"] },
    }),
    damages: { "no digest": { pdf: 5 }, "addressees that are no list": { addressees: "none" } },
    lists: async (runtime) => ({
      own: await keysOf(await openBulletins(runtime), { index: "accounts", equals: ["440100-a"] }),
    }),
    one: async (runtime, _started, { _id }) => (await openBulletins(runtime)).get(_id),
  },
  supervision_sums: {
    ...{ service, place, spec: SUMS },
    documents: two({ ...COMMON, month: "2026-11", flows: { "20": [1, 1, 0, 0] }, cells: { issued: 1 } }),
    damages: { "a day that is none": { flows: { "20": [1] } }, "a number that is none": { cells: { issued: "one" } } },
    lists: async (runtime) => ({
      divisions: await keysOf(await openSums(runtime), { index: "divisions", equals: ["2026-11"] }),
    }),
    one: async (runtime, _started, { _id }) => (await openSums(runtime)).get(_id),
  },
  supervision_facts: {
    ...{ service, place, spec: FACTS },
    documents: two({
      ...{ revision: 1, node: "440100", owners: [OWNER] },
      versions: [{ revision: 1, on: "2026-11-20", knownAt: AT, value: { department: COMMON.department } }],
    }),
    damages: { "no versions": { versions: [] }, "a version that is none": { versions: [{ revision: "1" }] } },
    lists: async (runtime) => ({
      owners: await keysOf(await openFacts(runtime), { index: "owners", equals: [OWNER] }),
    }),
    one: async (runtime, _started, { _id }) => (await openFacts(runtime)).get(_id),
  },
  supervision_issued: {
    ...{ service, place, spec: ISSUED },
    documents: two({ ...COMMON, hour: "2026-11-20T10", item: "YYZZ", decided: "2026-11-20", knownAt: AT }),
    damages: { "a day that is none": { decided: "soon" }, "no item": { item: undefined } },
    lists: async (runtime) => ({
      hours: await keysOf(await openIssued(runtime), { index: "hours", equals: [OWNER] }),
    }),
    one: async (runtime, _started, { _id }) => (await openIssued(runtime)).get(_id),
  },
  supervision_tallies: {
    ...{ service, place, spec: TALLIES },
    documents: two({ ...COMMON, hour: "2026-11-20T10", changes: 1, cells: { "verified\t\tYYZZ\tM1": 3 } }),
    damages: { "a number that is none": { cells: { verified: "many" } }, "no cells": { cells: undefined } },
    lists: async (runtime) => ({
      hours: await keysOf(await openTallies(runtime), { index: "hours", equals: [OWNER] }),
    }),
    one: async (runtime, _started, { _id }) => (await openTallies(runtime)).get(_id),
  },
  supervision_rates: {
    ...{ service, place, spec: RATES },
    documents: two({ ...COMMON, node: "440100", name: "局", steps: [["2026-11-20", 1, 1, 0, 1, 0]] }),
    damages: { "steps that are no list": { steps: "up" }, "a step that is none": { steps: [[1]] } },
    lists: async (runtime) => ({ divisions: await keysOf(await openRates(runtime), { index: "divisions" }) }),
    one: async (runtime, _started, { _id }) => (await openRates(runtime)).get(_id),
  },
  supervision_months: {
    ...{ service, place, spec: MONTHS },
    documents: two({ ...COMMON, month: "2026-11", days: { "20": { "issued\t\tYYZZ\t": 3 } } }),
    damages: { "no days": { days: undefined }, "a number that is none": { days: { "20": { issued: "many" } } } },
    lists: async (runtime) => ({
      owners: await keysOf(await openMonths(runtime), { index: "owners", equals: [OWNER] }),
    }),
    one: async (runtime, _started, { _id }) => (await openMonths(runtime)).get(_id),
  },
  supervision_days: {
    ...{ service, place, spec: DAYS },
    documents: two({ ...COMMON, day: "2026-11-20", hours: { "10": { "issued\t\tYYZZ\t": 3 } } }),
    damages: {
      "hours that are a list": { hours: [] },
      "a number that is none": { hours: { "10": { issued: "many" } } },
    },
    lists: async (runtime) => ({
      owners: await keysOf(await openDays(runtime), { index: "owners", equals: [OWNER] }),
    }),
    one: async (runtime, _started, { _id }) => (await openDays(runtime)).get(_id),
  },
  supervision_indicators: {
    ...{ service, place, spec: INDICATORS },
    documents: two({
      ...{ revision: 1, id: "share", name: "比例" },
      definition: { numerator: { measure: "used" }, denominator: { constant: 1 } },
    }),
    damages: {
      "a definition that is none": { definition: { numerator: { measure: "sold" } } },
      "no definition": { definition: undefined },
    },
    lists: async (runtime) => ({ all: await keysOf(await openIndicators(runtime), { index: "all" }) }),
    one: async (runtime, _started, { _id }) => (await openIndicators(runtime)).get(_id),
  },
  supervision_inspections: {
    ...{ service, place, spec: INSPECTIONS },
    documents: two({
      ...{ revision: 1, division: "440000", quarter: "2026Q3" },
      ...{ snapshot: { rows: [] }, sha256: snapshotDigest({ rows: [] } as unknown as Snapshot) },
    }),
    damages: {
      "another snapshot than was frozen": { snapshot: { rows: [1] } },
      "no snapshot": { snapshot: undefined },
    },
    lists: async (runtime) => ({
      divisions: await keysOf(await openInspections(runtime), { index: "divisions" }),
    }),
    one: async (runtime, _started, { _id }) => (await openInspections(runtime)).get(_id),
  },
  supervision_nodes: {
    ...{ service, place, spec: NODES },
    documents: two({ revision: 1, node: "440100", lastEventAt: AT }),
    damages: { "a time that is none": { lastEventAt: "soon" } },
    lists: async (runtime) => {
      const later = () => new Date("2026-11-24T02:00:00Z");
      const silent = await (await openNodes({ ...runtime, now: later })).silent();
      return { silent: silent.map(({ node }, index) => `${node} ${index}`) };
    },
  },
  supervision_calendars: {
    ...{ service, place, spec: CALENDARS },
    documents: async () => {
      const row = {
        revision: 1,
        source: "通知",
        publishedOn: "2030-11-01",
        holidays: ["2031-01-01"],
        workingDays: [],
        putBy: "x",
      };
      return { good: { _id: "2031", ...row, year: 2031 } as Row, bad: { _id: "2032", ...row, year: 2032 } as Row };
    },
    damages: { "a day that is none": { holidays: ["soon"] }, "another year": { year: 2033 } },
    lists: async (runtime) => ({
      years: await keysOf((await openCalendars(runtime)).years, { index: "years", from: 2031 }),
    }),
    one: async (runtime, _started, { _id }) => (await openCalendars(runtime)).years.get(_id),
  },
  supervision_history: {
    ...{ service, place, spec: HISTORY },
    documents: two({ revision: 1, looked: 5, refused: 0, doneAt: AT }),
    damages: { "a number that is none": { looked: "many" }, "a place that is none": { after: 5 } },
    lists: async (runtime) => ({
      found: (await (await openProgress(runtime)).getMany(["a", "b"])).flatMap((one) => one?._id ?? []),
    }),
    one: async (runtime, _started, { _id }) => (await openProgress(runtime)).get(_id),
  },
  supervision_acts: {
    ...{ service, place, spec: ACTS },
    documents: two({ revision: 1, kind: "certificate-issued", certificate: "1.2", within: [OWNER], rest: {} }),
    damages: { "a reach that is no list": { within: "all" }, "a person that is none": { person: 5 } },
    lists: async (runtime) => ({
      certificate: await keysOf((await openActs(runtime)).acts, { index: "certificate", equals: ["1.2", OWNER] }),
    }),
    one: async (runtime, _started, { _id }) => (await openActs(runtime)).acts.get(_id),
  },
  supervision_streams: {
    ...{ service, place, spec: STREAMS },
    documents: two({ revision: 1, n: 5, hash: "00" }),
    damages: { "a number that is none": { n: "many" }, "no digest": { hash: undefined } },
    lists: async (runtime) => ({
      found: (await (await openActs(runtime)).streams.getMany(["a", "b"])).flatMap((one) => one?._id ?? []),
    }),
    one: async (runtime, _started, { _id }) => (await openActs(runtime)).streams.get(_id),
  },
};
