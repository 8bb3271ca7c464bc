import { instantOf } from "../../domain/instant.ts";
import { Refusal } from "../../domain/refusal.ts";
import type { Runtime } from "../../node/runtime.ts";
import type { CollectionSpec } from "../../store/port.ts";
import { isCount } from "../wire/signed-event.ts";
import { type KeptJob, openKeptJobs } from "./kept-job.ts";

/** Outcome of a comparison. */
export interface Comparison {
  /** Equal by digest, after the repair. */
  equal: boolean;
  repaired: number;
  /** Digest over the issuer's own archive. */
  root: string;
  /** Certificates at the issuer. */
  records: number;
  /** Certificates of the node in this archive that cannot be read, after the repair. They are left out of the digest. */
  unreadable: number;
  /** Certificates that this archive has and the node has not, or in an older revision: it was put back, or somebody removed something. */
  surplus: number;
  /** Certificates that could not be fetched or were refused. */
  unrepaired: number;
}

/** A comparison that was made. */
export type MadeComparison = Comparison & { at: Date };

/** How far a comparison is. */
export interface RunningComparison {
  /** From 1. */
  pass: number;
  /** Certificates of the days that differ in this pass, as the issuer counts them; 0 while the days are compared. */
  records: number;
  /** Those of them that were looked at. */
  checked: number;
  /** Certificates that were fetched, in all passes. */
  repaired: number;
}

/** What is remembered of the comparisons with one node, which is the key. */
export const COMPARISONS: CollectionSpec = { name: "comparisons", indexes: [] };

/** Comparisons with a node as they are remembered. */
export interface KeptComparison {
  /** The last one that came to an end. */
  made?: Omit<MadeComparison, "at"> & { at: string };
  /** How far the one is that has not. */
  going?: RunningComparison;
}

/** Opens what is remembered of comparisons, by the node. */
export function openKeptComparisons(runtime: Runtime): Promise<(node: string) => KeptJob<KeptComparison>> {
  return openKeptJobs(runtime, COMPARISONS, readComparison);
}

function readComparison(state: unknown): KeptComparison {
  const kept = (state ?? {}) as KeptComparison;
  const { made, going } = kept;
  const counts = [
    ...(made ? [made.repaired, made.records, made.unreadable, made.surplus, made.unrepaired] : []),
    ...(going ? [going.pass, going.records, going.checked, going.repaired] : []),
  ];
  const told = !made || (typeof made.equal === "boolean" && Number.isFinite(instantOf(made.at)));
  if (counts.every(isCount) && told) return kept;
  throw new Refusal("RECORD_UNREADABLE", "what is remembered of a comparison lacks members or has wrong ones");
}
