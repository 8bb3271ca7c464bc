import { canonicalJson } from "../../domain/canonical.ts";
import { rateSteps } from "../../domain/rate-steps.ts";
import { changeStored } from "../../store/compare-and-set.ts";
import { allOf } from "../../store/pages-of.ts";
import type { Collection, Stored } from "../../store/port.ts";
import type { SupervisionContext } from "../context.ts";
import { type FactDocument, ownerOf, partsOf } from "../facts/fact-record.ts";
import { basisOf } from "../figures/basis.ts";
import type { RateDocument } from "../figures/rate-record.ts";

/** What came of counting an owner. `marked`: records of it alone that were counted and have a mark. */
export interface FoldedOwner {
  hasUnits: boolean;
  marked: readonly FactDocument[];
}

/** Counts the figures of an owner anew from what its events told. The same again changes nothing. */
export async function foldOwner(context: SupervisionContext, owner: string): Promise<FoldedOwner> {
  const { node, department } = partsOf(owner);
  let folded: FoldedOwner = { hasUnits: false, marked: [] };
  await context.rates.make(owner, async (old) => {
    const basis = await basisOf(context, owner);
    const { name = "", division = node, superior = "" } = basis.department ?? {};
    folded = { hasUnits: basis.hasUnits, marked: basis.own.filter((one) => one.dirty && one.owners.length === 1) };
    // What was counted before the department's own record came lies where its node is; of uses alone there are no figures yet.
    if ((old?.name ?? "") === "" && name !== "") await settle(context, owner, division);
    const next: RateDocument = {
      ...{ _id: owner, revision: old?.revision ?? 1, owner, node, department, division, name },
      ...(superior !== "" && { superior: ownerOf(node, superior) }),
      steps: rateSteps(basis),
    };
    return old && isSame(old, next) ? old : next;
  });
  return folded;
}

/** Puts what was counted of an owner into the division that its department serves. */
async function settle({ months, sums, days }: SupervisionContext, owner: string, division: string): Promise<void> {
  for (const collection of [months, sums, days] as Collection<Settled>[]) {
    for await (const { _id } of allOf(collection, { index: "owners", equals: [owner] }))
      await changeStored(collection, _id, (old) => (old && old.division !== division ? { ...old, division } : old));
  }
}

type Settled = Stored & { division: string };

/** Counts the units of a department anew, and theirs: what it opened for them counts for them. */
export async function foldUnits(context: SupervisionContext, superior: string, level = 1): Promise<void> {
  for await (const { owner } of allOf(context.rates, { index: "superiors", equals: [superior] })) {
    await foldOwner(context, owner);
    if (level < LEVELS) await foldUnits(context, owner, level + 1);
  }
}

/** Levels of units below a department that it may open for. */
const LEVELS = 5;

function isSame(old: RateDocument, next: RateDocument): boolean {
  return canonicalJson({ ...old }) === canonicalJson({ ...next });
}
