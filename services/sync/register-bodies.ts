import type { RegisteredBody } from "../trust/register-content.ts";
import type { RegisterDepartment, RegisterRight } from "./publish-worker.ts";

/** Superiors that are looked at, as the catalog does when it opens an item for units. */
const LEVELS = 5;

/**
 * Bodies by code. Where several nodes registered one body, its rights add up, and the superior that the province itself
 * names counts, else that of the first node.
 */
export function bodiesOf(
  departments: readonly RegisterDepartment[],
  rights: readonly RegisterRight[],
  province: string,
): Record<string, RegisteredBody> {
  const superiors = new Map<string, string>();
  const ordered = [...departments].sort((a, b) => Number(b.node === province) - Number(a.node === province));
  for (const { code, superiorCode } of ordered) {
    if (superiorCode && !superiors.has(code)) superiors.set(code, superiorCode);
  }
  const types = new Map<string, Map<string, string>>(departments.map(({ code }) => [code, new Map()]));
  const allow = (code: string, { typeCode, since }: RegisterRight) => {
    const known = types.get(code);
    const before = known?.get(typeCode);
    if (before === undefined || since < before) known?.set(typeCode, since);
  };
  const below = rights.some(({ forUnits }) => forUnits) ? unitsBy(superiors) : new Map<string, string[]>();
  for (const right of rights) {
    allow(right.departmentCode, right);
    if (right.forUnits) for (const unit of below.get(right.departmentCode) ?? []) allow(unit, right);
  }
  return Object.fromEntries(
    [...types].map(([code, rightsOf]) => {
      const superior = superiors.get(code);
      return [code, { ...(superior !== undefined && { superior }), types: Object.fromEntries(rightsOf) }];
    }),
  );
}

/** All bodies below each body. */
function unitsBy(superiors: ReadonlyMap<string, string>): Map<string, string[]> {
  const below = new Map<string, string[]>();
  for (const code of superiors.keys()) {
    let above = superiors.get(code);
    for (let level = 0; above !== undefined && level < LEVELS; level++) {
      below.set(above, [...(below.get(above) ?? []), code]);
      above = superiors.get(above);
    }
  }
  return below;
}
