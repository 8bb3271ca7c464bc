import { seededNumbers } from "../../services/domain/seeded.ts";
import type { Blow, TargetName } from "./rows.ts";

/** One kill of a schedule. */
export interface Strike extends Blow {
  /** A step is passed this often before it strikes. */
  nth: number;
  /** Milliseconds until a strike without a step. */
  delayMs: number;
  /** Milliseconds for which the target stays away. */
  outageMs: number;
  /** Milliseconds after which the target is killed again while it starts; absent in most strikes. */
  againMs?: number;
}

/** Makes `kills` strikes from a seed, spread evenly over the possible blows. The same seed, the same strikes. */
export function scheduleOf(seed: number, kills: number, possible: readonly Blow[]): Strike[] {
  const next = seededNumbers(seed);
  const upTo = (most: number) => Math.floor(next() * most);
  const bag: Blow[] = [];
  return Array.from({ length: kills }, () => {
    if (bag.length === 0) bag.push(...possible);
    const [blow] = bag.splice(upTo(bag.length), 1);
    const again = next() < 0.12 && STARTS_SLOWLY.has((blow as Blow).target) ? { againMs: 100 + upTo(1_200) } : {};
    const outageMs = next() < 0.15 ? upTo(1_500) : 0;
    return { ...(blow as Blow), nth: 1 + upTo(3), delayMs: upTo(400), outageMs, ...again };
  });
}

/** Targets that take a second to start, in which they can be killed again. */
const STARTS_SLOWLY: ReadonlySet<TargetName> = new Set(["core", "agent", "province"]);
