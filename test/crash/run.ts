import { setTimeout as pause } from "node:timers/promises";
import { type CatalogFile, readCatalogFiles } from "../../ops/trial/catalog-files.ts";
import { connect } from "../../ops/trial/connect.ts";
import { EDITION, ISSUERS, LINGHAI, USER } from "../../ops/trial/plan.ts";
import type { Trial } from "../../ops/trial/trial.ts";
import { LinkService } from "../../proto/gen/ecert/sync/v1/link_service_pb.ts";
import type { Reason } from "../../services/domain/reason.ts";
import { seededNumbers } from "../../services/domain/seeded.ts";
import { createFaults, type Faults } from "./faults.ts";
import { type Issuer, startIssuer } from "./load.ts";
import { BLOWS, type Blow, type TargetName } from "./rows.ts";
import { scheduleOf } from "./schedule.ts";
import { type Struck, strikeAll } from "./strikes.ts";
import { targetsOf } from "./targets.ts";
import { startUser, type User } from "./user.ts";

/** Targets that are killed one after the other; those of different lanes are away at the same time by chance. */
const LANES: readonly TargetName[][] = [["core"], ["agent", "driver"], ["leaf", "hub", "province"]];

/** A load on a trial, as it stands at the end. */
export interface Load {
  /** Apps of the city that is struck. */
  city: readonly Issuer[];
  /** All apps that issue, with the one at a department's edition. */
  issuers: readonly Issuer[];
  user: User;
  faults: Faults;
  /** Ends the load; resolves to the serials of the calls that had been left unanswered, all answered by now. */
  finish(): Promise<string[]>;
  close(): void;
}

/** What tells one load on a trial from another. */
export interface LoadOptions {
  /** Business serials begin with it. */
  prefix?: string;
  /** Reasons that callers may be told beside those that a crash excuses. */
  excused?: readonly Reason[];
}

/**
 * Starts issuing at a city and at a department's edition, and use in another city. `as shipped` all connectors have their
 * defaults; else one app of the city repeats its calls itself, at once, and the user moves to the stand-by at its first
 * failure: these meet more of what goes wrong.
 */
export function startLoad(
  trial: Trial,
  seed: number,
  manner: "impatient" | "as shipped" = "impatient",
  { prefix = "", excused = [] }: LoadOptions = {},
): Load {
  const files = readCatalogFiles();
  const named = (name: string) => files.find((file) => file.name === name) as CatalogFile;
  const { linghai, pengwan, edition, province } = trial.cores;
  const impatient = manner === "impatient";
  const common = { next: seededNumbers(seed), faults: createFaults(excused) };
  const licence = named("营业执照");
  const ofCity = { ...common, file: licence, workers: 2, pauseMs: 60 };
  const city = [
    startIssuer({ ...ofCity, name: `${prefix}c`, connector: connect(trial, appAt(LINGHAI.code), linghai) }),
    startIssuer({
      ...ofCity,
      name: `${prefix}i`,
      connector: connect(trial, appAt(LINGHAI.code), linghai, undefined, impatient ? { attempts: 1 } : {}),
    }),
  ];
  const ofEdition = startIssuer({
    ...{ ...common, name: `${prefix}e`, file: named("结婚证"), workers: 1, pauseMs: 500 },
    connector: connect(trial, appAt(EDITION.code), edition),
  });
  const issuers = [...city, ofEdition];
  const switching = impatient ? { failuresToSwitch: 1, probeIntervalMs: 200 } : {};
  const using = connect(trial, USER.appKey, pengwan, province, switching);
  const user = startUser({ ...common, connector: using, file: licence, issuers: city });
  return {
    city,
    issuers,
    user,
    faults: common.faults,
    async finish() {
      await user.finish();
      return (await Promise.all(issuers.map((issuer) => issuer.finish()))).flat();
    },
    close() {
      for (const connector of [...issuers.map((issuer) => issuer.connector), using]) connector.close();
    },
  };
}

/** Certificates that the city has acknowledged to its apps. */
export function acknowledgedByCity({ city }: Load): number {
  return city.reduce((sum, { acknowledged }) => sum + acknowledged.size, 0);
}

/** How often a trial is struck, by which seed, and what of it: everything where `only` names nothing. */
export interface CrashPlan {
  kills: number;
  seed: number;
  only?: readonly TargetName[];
}

/** The places of the crash table that a plan strikes. */
export function blowsOf({ only = LANES.flat() }: Pick<CrashPlan, "only">): readonly Blow[] {
  return BLOWS.filter(({ target }) => only.includes(target));
}

/** Deals strikes to a trial under load; `struck` is filled as it happens. */
export async function crash(trial: Trial, load: Load, plan: CrashPlan, struck: Struck[]): Promise<void> {
  const targets = targetsOf(trial);
  const strikes = scheduleOf(plan.seed, plan.kills, blowsOf(plan));
  const progress = async (target: TargetName) => {
    if (target === "leaf" || target === "hub" || target === "province") return confirmedSince(trial);
    const before = acknowledgedByCity(load);
    return () => acknowledgedByCity(load) > before;
  };
  const options = {
    targets,
    progress,
    open: () => load.city.flatMap(({ open }) => [...open]),
    onStruck: (one: Struck) => struck.push(one),
  };
  const lanes = LANES.map((lane) =>
    strikeAll(
      strikes.filter(({ target }) => lane.includes(target)),
      options,
    ),
  );
  await Promise.all(lanes);
}

/** Tells whether the province has confirmed more events of the city than now. */
export async function confirmedSince(trial: Trial): Promise<() => Promise<boolean>> {
  const { linghai } = trial.cores;
  const links = trial.operators.get(LINGHAI.code)?.client(LinkService, linghai.mesh.sync?.[0] ?? "");
  const confirmed = async () => {
    const answer = await links?.getLinks({});
    const [link] = answer?.links ?? [];
    return link ? link.lastSent - link.pending : 0n;
  };
  let before: bigint | undefined;
  while (before === undefined) {
    before = await confirmed().catch(() => undefined);
    await pause(25);
  }
  const least = before;
  return async () => (await confirmed()) > least;
}

function appAt(node: string): string {
  return ISSUERS.find((issuer) => issuer.node.code === node)?.appKey ?? "";
}
