import { isCivilDate, shanghaiDay } from "../domain/civil-date.ts";
import { type FormerSuperior, isInstant, type RegisteredBody } from "../trust/register-content.ts";
import type { RegisterDepartment, RegisterRight } from "./publish-worker.ts";

/** Superiors that are looked at, as the catalog does when it opens an item for units. */
const LEVELS = 5;

/**
 * Bodies by code. Where several nodes registered one body, its rights add up, and the superiors that the province itself
 * names count, else those of the first node that names any. What was opened for units while a body stood below gives it that
 * right for good: rights only grow. Days and times that are none are left out: what one node sends wrongly must not make the
 * register of all unreadable.
 */
export function bodiesOf(
  departments: readonly RegisterDepartment[],
  rights: readonly RegisterRight[],
  province: string,
): Record<string, RegisteredBody> {
  const superiors = new Map<string, string>();
  const ordered = [...departments].sort((a, b) => Number(b.node === province) - Number(a.node === province));
  const formerly = new Map<string, FormerSuperior[]>();
  for (const { code, superiorCode, former } of ordered) {
    if (superiors.has(code) || formerly.has(code) || !(superiorCode || former)) continue;
    if (superiorCode) superiors.set(code, superiorCode);
    if (former) {
      const dated = former.filter(({ until }) => isInstant(until)).map(formerSuperior);
      formerly.set(
        code,
        dated.sort((a, b) => (a.until < b.until ? -1 : 1)),
      );
    }
  }
  const types = new Map<string, Map<string, string>>(departments.map(({ code }) => [code, new Map()]));
  const allow = (code: string, { typeCode, since }: RegisterRight) => {
    const known = types.get(code);
    const before = known?.get(typeCode);
    if (before === undefined || since < before) known?.set(typeCode, since);
  };
  const below = rights.some(({ forUnits }) => forUnits) ? unitsBy(superiors, formerly) : new Map<string, Unit[]>();
  for (const right of rights.filter(({ since }) => isCivilDate(since))) {
    allow(right.departmentCode, right);
    if (!right.forUnits) continue;
    for (const { code, until } of below.get(right.departmentCode) ?? []) {
      if (until === undefined || right.since <= shanghaiDay(new Date(until))) allow(code, right);
    }
  }
  return Object.fromEntries(
    [...types].map(([code, rightsOf]) => {
      const superior = superiors.get(code);
      const former = formerly.get(code);
      return [
        code,
        {
          ...(superior !== undefined && { superior }),
          ...(former !== undefined && { formerly: former }),
          types: Object.fromEntries(rightsOf),
        },
      ];
    }),
  );
}

function formerSuperior({ superiorCode, until }: { superiorCode: string; until: string }): FormerSuperior {
  return { ...(superiorCode && { superior: superiorCode }), until };
}

/** A body below another. */
interface Unit {
  code: string;
  /** Until when it stood there, RFC 3339; absent where it still does. */
  until?: string;
}

/** All bodies that stand or stood below each body. */
function unitsBy(
  superiors: ReadonlyMap<string, string>,
  formerly: ReadonlyMap<string, readonly FormerSuperior[]>,
): Map<string, Unit[]> {
  const below = new Map<string, Unit[]>();
  for (const code of new Set([...superiors.keys(), ...formerly.keys()])) {
    let reached: Unit[] = [{ code }];
    const seen = new Set<string>();
    for (let level = 0; reached.length > 0 && level < LEVELS; level++) {
      reached = reached.flatMap((unit) => aboveOf(unit, superiors, formerly));
      reached = reached.filter(({ code: above, until }) => {
        const step = `${above} ${until ?? ""}`;
        if (seen.has(step)) return false;
        seen.add(step);
        const units = below.get(above) ?? [];
        if (units.length === 0) below.set(above, units);
        units.push({ code, ...(until !== undefined && { until }) });
        return true;
      });
    }
  }
  return below;
}

/** The bodies above one, each with the earliest end of the way to it. */
function aboveOf(
  { code, until }: Unit,
  superiors: ReadonlyMap<string, string>,
  formerly: ReadonlyMap<string, readonly FormerSuperior[]>,
): Unit[] {
  const now = superiors.get(code);
  const before = formerly.get(code) ?? [];
  return [
    ...(now === undefined ? [] : [{ code: now, ...(until !== undefined && { until }) }]),
    ...before.flatMap((one) => {
      const end = until !== undefined && until < one.until ? until : one.until;
      return one.superior === undefined ? [] : [{ code: one.superior, until: end }];
    }),
  ];
}
