import { isWithin } from "../../domain/division.ts";
import type { IssuedCount, RateBasis, RateRecord } from "../../domain/rates.ts";
import { versionOn } from "../../domain/recorded.ts";
import { divisionOfNode } from "../../domain/sandbox.ts";
import { lastDayInTime } from "../../domain/working-day.ts";
import { listOf } from "../../store/pages-of.ts";
import type { SupervisionContext } from "../context.ts";
import { countedCell } from "../counted/counted-cell.ts";
import {
  ANY_NODE,
  type DepartmentFact,
  type FactDocument,
  type FactValue,
  ownerOf,
  partsOf,
} from "../facts/fact-record.ts";

/** Superiors whose openings for units are looked at, nearest first. */
const SUPERIORS = 5;

/** All that the figures of an owner follow from. */
export interface OwnBasis extends RateBasis {
  /** Records of the owner, whatever they are of. */
  own: readonly FactDocument[];
  /** The department itself as it is now; absent until its record has come. */
  department: DepartmentFact | undefined;
  /** It has, or had, openings that serve its units as well. */
  hasUnits: boolean;
}

/** Reads what the figures of an owner follow from; with `knownAt` what was known at that time. */
export async function basisOf(context: SupervisionContext, owner: string, knownAt = ""): Promise<OwnBasis> {
  const { node, department } = partsOf(owner);
  const own = await factsOf(context, owner);
  const facts = [...own, ...(await listsOf(context, node, department))];
  const self = departmentIn(facts, department);
  const records = facts.map((fact) => recordOf(fact, department));
  const above = await openingsAbove(context, node, self);
  return {
    own,
    department: self,
    hasUnits: facts.some(({ versions }) => versions.some(({ value }) => value.forUnits)),
    records: [...records, ...above],
    ...closedOn(facts, department, knownAt),
    issued: knownAt === "" ? await countedOf(context, owner) : await issuedBy(context, owner, knownAt),
    ...(knownAt !== "" && { knownAt }),
  };
}

/** What the superiors have opened for their units too (5.8.4). */
async function openingsAbove(
  context: SupervisionContext,
  node: string,
  self: DepartmentFact | undefined,
): Promise<RateRecord[]> {
  const found: RateRecord[] = [];
  let superior = self?.superior ?? "";
  for (let level = 0; superior !== "" && level < SUPERIORS; level++) {
    const facts = await factsOf(context, ownerOf(node, superior));
    for (const fact of facts) found.push(recordOf(fact, superior, ({ forUnits }) => forUnits === true));
    superior = departmentIn(facts, superior)?.superior ?? "";
  }
  return found;
}

/** A record as far as it counts for a department: what is another's in a version, or no matter of rates, is left out of that. */
function recordOf(
  { versions }: FactDocument,
  department: string,
  counts: (value: FactValue) => boolean = () => true,
): RateRecord {
  return versions.map(({ value, ...version }) => {
    const { fact } = value;
    const isCounted = value.department === department && fact && fact.kind !== "department" && counts(value);
    return { ...version, value: isCounted ? fact : undefined };
  });
}

function departmentIn(facts: readonly FactDocument[], department: string): DepartmentFact | undefined {
  const LAST = "9999-12-31";
  const said = facts.flatMap(({ versions }) => versionOn(versions, LAST)?.value ?? []);
  const own = said.find((value) => value.department === department && value.fact?.kind === "department");
  return own?.fact as DepartmentFact | undefined;
}

/** Since when a department is closed, if it is. */
function closedOn(facts: readonly FactDocument[], department: string, knownAt: string): { closedOn?: string } {
  const own = facts.find(({ versions }) =>
    versions.some(({ value }) => value.fact?.kind === "department" && value.department === department),
  );
  const known = (own?.versions ?? []).filter((version) => knownAt === "" || version.knownAt <= knownAt);
  const isClosed = ({ value }: (typeof known)[number]) =>
    value.fact?.kind === "department" && value.fact.closed === true;
  const lastOpen = known.findLastIndex((version) => !isClosed(version));
  const since = known[lastOpen + 1];
  return since ? { closedOn: since.on } : {};
}

/** What lists say of a department at a node: those of a node within whose division it lies, so that no city says what another one must issue. */
async function listsOf(context: SupervisionContext, node: string, department: string): Promise<FactDocument[]> {
  const found = await factsOf(context, ownerOf(ANY_NODE, department));
  const own = divisionOfNode(node);
  return found.filter(({ list = "" }) => isWithin(own, divisionOfNode(list.slice(0, list.indexOf("/")))));
}

const factsOf = ({ facts }: SupervisionContext, owner: string) => listOf(facts, { index: "owners", equals: [owner] });

/** What was counted as issued, from the months. */
async function countedOf({ months, calendars }: SupervisionContext, owner: string): Promise<IssuedCount[]> {
  const calendar = await calendars.read();
  const found = await listOf(months, { index: "owners", equals: [owner] });
  return found.flatMap(({ month, days }) =>
    Object.entries(days).flatMap(([day, cells]) =>
      Object.entries(cells).flatMap(([key, count]) => {
        const issued = `${month}-${day}`;
        const { action, item, reason, late } = countedCell(key, issued, count, calendar);
        if (action !== "issued") return [];
        return [{ item, issued, decided: reason === "" ? issued : reason, inTime: !late, count }];
      }),
    ),
  );
}

/** What was issued as far as it was known at a time, one by one. */
async function issuedBy(
  { issued, calendars }: SupervisionContext,
  owner: string,
  knownAt: string,
): Promise<IssuedCount[]> {
  const calendar = await calendars.read();
  const found = await listOf(issued, { index: "hours", equals: [owner] });
  return found
    .filter((one) => one.knownAt <= knownAt)
    .map(({ item, hour, decided }) => {
      const day = hour.slice(0, 10);
      return { item, issued: day, decided, inTime: day <= lastDayInTime(decided, calendar), count: 1 };
    });
}
