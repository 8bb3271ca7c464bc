import type {
  Body,
  FormerSuperior as ConfirmedSuperior,
  IssuingRight,
} from "../../../proto/gen/ecert/catalog/v1/issuer_service_pb.ts";
import { addDays, isCivilDate, shanghaiDay } from "../../domain/civil-date.ts";
import { instantOf, isUtcInstant } from "../../domain/instant.ts";
import type { FormerSuperior, RegisteredBody, RightPeriod } from "../../trust/register-content.ts";

/** The members of bodies and rights that a register is made of. */
export interface RegisterBody extends Pick<Body, "code" | "superiorCode" | "node"> {
  /** Oldest first. */
  former?: Pick<ConfirmedSuperior, "superiorCode" | "until">[];
}

export type RegisterRight = Pick<
  IssuingRight,
  "departmentCode" | "itemCode" | "typeCode" | "node" | "since" | "until" | "forUnits"
>;

/** Superiors that are looked at, as the catalog does when it opens an item for units. */
const LEVELS = 5;
const FIRST_DAY = "1800-01-01";
const LAST_DAY = "9999-12-31";

/**
 * What the register says, by code, of the bodies and rights that the province has confirmed. A right for units is one of every body
 * below as well, at the same node, on the days on which it stood there; what the province says of a body itself goes before, then what it
 * says of the nearest superior, so that an item has one node at a time. Rights of bodies that are not confirmed count for nothing, and what
 * has no days or times is left out: one wrong row must not make the register of all unreadable. Whose word a period is, it tells, so that a
 * province which was started from an older copy can take back what it had said.
 */
export function bodiesOf(
  confirmed: readonly RegisterBody[],
  rights: readonly RegisterRight[],
): Record<string, RegisteredBody> {
  const bodies = new Map(confirmed.map((body) => [body.code, { ...body, formerly: formerOf(body) }]));
  const granted = Map.groupBy(rights.filter(hasDays), ({ departmentCode }) => departmentCode);
  const above = (code: string) => standingOf(bodies.get(code));
  const found = [...bodies.values()].map(({ code, node, superiorCode, formerly }): [string, RegisteredBody] => {
    const candidates: Candidate[] = (granted.get(code) ?? []).map((right) => ({ ...right, level: 0 }));
    for (const way of ways(code, above)) {
      for (const right of granted.get(way.body) ?? []) {
        const days = common(way, { from: right.since, until: right.until || LAST_DAY });
        if (!right.forUnits || days === undefined) continue;
        candidates.push({ ...right, since: days.from, until: days.until, level: way.level, above: way.body });
      }
    }
    return [
      code,
      {
        node,
        exact: true,
        ...(superiorCode && { superior: superiorCode }),
        ...(formerly.length > 0 && { formerly }),
        rights: periodsByItem(candidates),
      },
    ];
  });
  return Object.fromEntries(found);
}

function formerOf({ former = [] }: RegisterBody): FormerSuperior[] {
  return former
    .filter(({ until }) => isUtcInstant(until))
    .map(({ superiorCode, until }) => ({ ...(superiorCode && { superior: superiorCode }), until }))
    .sort((a, b) => (a.until < b.until ? -1 : 1));
}

function hasDays({ since, until }: RegisterRight): boolean {
  return isCivilDate(since) && (until === "" || (isCivilDate(until) && until >= since));
}

/** Days, first and last included. */
interface Days {
  from: string;
  until: string;
}

/** Days that are in both; `undefined` where none is. */
function common(a: Days, b: Days): Days | undefined {
  const [, from = ""] = [a.from, b.from].sort();
  const [until = ""] = [a.until, b.until].sort();
  return from <= until ? { from, until } : undefined;
}

/** Days on which a body stood directly below another. */
interface Standing extends Days {
  body: string;
}

/** What stood above a body, day by day: on the day of a move both did. */
function standingOf(body: { superiorCode: string; formerly: readonly FormerSuperior[] } | undefined): Standing[] {
  if (!body) return [];
  const found: Standing[] = [];
  let from = FIRST_DAY;
  for (const { superior, until } of body.formerly) {
    const last = shanghaiDay(new Date(instantOf(until)));
    if (superior !== undefined) found.push({ body: superior, from, until: last });
    from = last;
  }
  if (body.superiorCode) found.push({ body: body.superiorCode, from, until: LAST_DAY });
  return found;
}

/** All bodies above one, nearest first, each with the days of the whole way to it. */
function ways(code: string, above: (code: string) => readonly Standing[]): (Standing & { level: number })[] {
  const found: (Standing & { level: number })[] = [];
  const seen = new Set<string>();
  let reached: Standing[] = [{ body: code, from: FIRST_DAY, until: LAST_DAY }];
  for (let level = 1; reached.length > 0 && level <= LEVELS; level++) {
    reached = reached.flatMap((unit) =>
      above(unit.body).flatMap((step) => {
        const days = common(step, unit);
        const way = `${step.body} ${days?.from} ${days?.until}`;
        if (days === undefined || step.body === code || seen.has(way)) return [];
        seen.add(way);
        return [{ body: step.body, ...days }];
      }),
    );
    found.push(...reached.map((way) => ({ ...way, level })));
  }
  return found;
}

type Candidate = RegisterRight & { level: number; above?: string };

/** Periods of each item, of the nearest body that says something of a day. */
function periodsByItem(candidates: readonly Candidate[]): Record<string, RightPeriod[]> {
  const nearest = [...candidates].sort((a, b) => a.level - b.level || (a.since < b.since ? -1 : 1));
  const items = Map.groupBy(nearest, ({ itemCode }) => itemCode);
  return Object.fromEntries(
    [...items].sort(([a], [b]) => (a < b ? -1 : 1)).map(([item, rights]) => [item, periodsOf(rights)]),
  );
}

function periodsOf(rights: readonly Candidate[]): RightPeriod[] {
  const taken: RightPeriod[] = [];
  for (const { typeCode: type, node, since, until, forUnits, above } of rights) {
    const mark = above !== undefined ? { above } : forUnits ? { units: true as const } : {};
    let left: Days[] = [{ from: since, until: until || LAST_DAY }];
    for (const one of taken.filter((other) => other.type === type)) left = left.flatMap((days) => outside(days, one));
    taken.push(
      ...left.map((days) => ({
        type,
        node,
        from: days.from,
        ...(days.until !== LAST_DAY && { until: days.until }),
        ...mark,
      })),
    );
  }
  return taken.sort((a, b) => (a.from < b.from ? -1 : 1));
}

/** What is left of some days beside a period that is there already. */
function outside(days: Days, period: RightPeriod): Days[] {
  const last = period.until ?? LAST_DAY;
  if (last < days.from || days.until < period.from) return [days];
  return [
    ...(days.from < period.from ? [{ from: days.from, until: addDays(period.from, -1) }] : []),
    ...(last < days.until ? [{ from: addDays(last, 1), until: days.until }] : []),
  ];
}
