import { setTimeout as pause } from "node:timers/promises";
import { until } from "../../ops/trial/ready.ts";
import { liftDoom, orderDoom } from "./doom.ts";
import type { TargetName } from "./rows.ts";
import type { Strike } from "./schedule.ts";
import type { Target } from "./targets.ts";

/** What came of one kill. */
export interface Struck {
  row: string;
  target: TargetName;
  /** The step behind which the process ended itself; absent where it was killed from outside. */
  step?: string;
  at: number;
  /** Serials for which a call was on its way, or had been left unanswered. */
  open: string[];
  /** Milliseconds from the kill until the work went on; absent if it never did. */
  recoveredMs?: number;
}

/** What a lane of strikes needs to know of the rest. */
export interface LaneOptions {
  targets: Record<TargetName, Target>;
  /** Serials for which a call is on its way now. */
  open: () => Iterable<string>;
  /** Gives what resolves to true once the work that a target takes part in has gone on since now. */
  progress: (target: TargetName) => Promise<() => Promise<boolean> | boolean>;
  /** Told of each kill at once. */
  onStruck: (struck: Struck) => void;
}

/** Milliseconds that a process may take to pass the step of its doom. */
const PATIENCE_MS = 30_000;
/** Milliseconds within which work must go on after a kill: ends what hangs, also where the other lanes kill what it needs meanwhile. */
export const RECOVERY_MS = 180_000;

/** Deals strikes one after the other, each when the work has gone on after the one before. */
export async function strikeAll(strikes: readonly Strike[], options: LaneOptions): Promise<void> {
  for (const strike of strikes) await strikeOnce(strike, options);
}

async function strikeOnce(strike: Strike, { targets, open, progress, onStruck }: LaneOptions): Promise<void> {
  const target = targets[strike.target];
  const kills: Struck[] = [];
  const killed = (what: Pick<Struck, "row" | "step">) => {
    const struck = { ...what, target: strike.target, at: performance.now(), open: [...open()] };
    kills.push(struck);
    onStruck(struck);
  };
  killed(await end(strike, target));
  await pause(strike.outageMs);
  if (strike.againMs !== undefined) {
    const starting = target.restart().catch(() => {});
    await pause(strike.againMs);
    await target.kill();
    await starting;
    killed({ row: "while it starts again" });
  }
  await target.restart();
  const goneOn = await progress(strike.target);
  await until(`work goes on after ${strike.target} was killed (${strike.row})`, goneOn, RECOVERY_MS);
  for (const struck of kills) struck.recoveredMs = performance.now() - struck.at;
}

/** Ends the target, behind its step where it has one. What is not reached in time is ended from outside, and counted so. */
async function end({ row, step, nth, delayMs }: Strike, target: Target): Promise<Pick<Struck, "row" | "step">> {
  if (!step || !target.doom) {
    await pause(delayMs);
    await target.kill();
    return { row };
  }
  const { file, ended } = target.doom;
  orderDoom(file, step, nth);
  await Promise.race([ended(), pause(PATIENCE_MS)]);
  if (!liftDoom(file)) {
    await ended();
    return { row, step };
  }
  await target.kill();
  return { row: "anywhere" };
}
