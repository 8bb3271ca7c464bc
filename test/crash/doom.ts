import { readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import type { CrashStep } from "./rows.ts";

/** Names the file with the order to end. Only the launchers of this folder read it. */
export const DOOM_VARIABLE = "ECERT_CRASH_DOOM";

/** Orders the process that was started with this doom file to end (SIGKILL) behind a step, at its n-th time from now on. */
export function orderDoom(file: string, step: CrashStep, nth: number): void {
  writeFileSync(`${file}.next`, JSON.stringify({ step, nth }));
  renameSync(`${file}.next`, file);
}

/** Takes the order back. Returns whether it was still standing. */
export function liftDoom(file: string): boolean {
  const stood = statSync(file, { throwIfNoEntry: false }) !== undefined;
  rmSync(file, { force: true });
  return stood;
}

/**
 * What a launcher hands its services to call behind each step: ends the process right there if that was ordered. The
 * order is gone before the process is, so that it never strikes twice.
 */
export function openDoom(): (step: CrashStep) => void {
  const file = process.env[DOOM_VARIABLE];
  if (!file) return () => {};
  let counted = { stamp: 0, passed: 0 };
  return (step) => {
    const stamp = statSync(file, { throwIfNoEntry: false })?.mtimeMs;
    if (stamp === undefined) return;
    if (stamp !== counted.stamp) counted = { stamp, passed: 0 };
    const order = readOrder(file);
    if (order?.step !== step) return;
    counted.passed += 1;
    if (counted.passed < order.nth) return;
    rmSync(file, { force: true });
    process.kill(process.pid, "SIGKILL");
  };
}

function readOrder(file: string): { step: CrashStep; nth: number } | undefined {
  try {
    return JSON.parse(readFileSync(file, "utf8"));
  } catch {
    // It was just taken back.
    return undefined;
  }
}
