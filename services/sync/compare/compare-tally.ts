import type { Runtime } from "../../node/runtime.ts";

/** What a comparison of two archives has found of single records. */
export interface Tally {
  repaired: number;
  /** Kept here, and gone or older at the issuer. */
  surplus: Set<string>;
  /** At the issuer, and not to be had or refused; with why. */
  unrepaired: Map<string, string>;
}

/** A tally of nothing. */
export function newTally(): Tally {
  return { repaired: 0, surplus: new Set(), unrepaired: new Map() };
}

/** What a comparison came to. */
interface Counted {
  node: string;
  equal: boolean;
  records: number;
  unreadable: number;
  root: string;
  own: string;
}

/** Identifiers that are told by name, of each kind. */
const NAMED = 20;

/** Tells a comparison in one line of the log, and in one of the evidence where something was found, however many records that is about. */
export async function tellComparison(runtime: Runtime, counted: Counted, tally: Tally): Promise<void> {
  const { log, evidence, metrics } = runtime;
  const { repaired, surplus, unrepaired } = tally;
  const told = {
    ...counted,
    repaired,
    surplus: surplus.size,
    unrepaired: unrepaired.size,
    ...(surplus.size > 0 && { surplusFirst: [...surplus].slice(0, NAMED) }),
    ...(unrepaired.size > 0 && {
      unrepairedFirst: [...unrepaired].slice(0, NAMED).map(([identifier, why]) => ({ identifier, why })),
    }),
  };
  metrics.gauge("archives_unequal", counted.equal ? 0 : 1, { peer: counted.node });
  if (counted.equal) log.info(told, "archives compared");
  else log.error(told, "archives compared: they are not equal");
  if (!counted.equal || repaired > 0) await evidence.append("archive-compared", told);
}
