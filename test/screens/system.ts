import { connect } from "../../ops/trial/connect.ts";
import type { Core } from "../../ops/trial/core.ts";
import { ON_SCREEN } from "../../ops/trial/people.ts";
import type { Trial } from "../../ops/trial/trial.ts";
import type { Connector } from "../../services/client/index.ts";
import { PATIENT } from "./patient.ts";

/** A department's own system, as patient as the pages: an agent that was just started draws its first face cold, and this machine may have much else to do. */
export function systemOf(trial: Trial, appKey = ON_SCREEN.appKey, home: Core = trial.cores.linghai): Connector {
  return connect(trial, appKey, home, undefined, { timeoutMs: PATIENT.timeout });
}

/** The processes of a node's core, by their ids. */
export function coresOf({ trial }: { trial: Trial }, node: string): number[] {
  return [...trial.programs].flatMap(([name, { pid }]) => (name.startsWith(`${node}/`) ? [pid] : []));
}
