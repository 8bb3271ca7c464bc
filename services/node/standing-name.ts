import { Standing } from "../../proto/gen/ecert/sync/v1/standing_service_pb.ts";

/**
 * Where a node stands against what others have seen of it, in the order in which it gets worse; `uncompared`: nobody could be asked since
 * it was started.
 */
export const STANDINGS = ["level", "uncompared", "behind", "forked"] as const;
export type StandingName = (typeof STANDINGS)[number];

const WIRE: Readonly<Record<StandingName, Standing>> = {
  level: Standing.LEVEL,
  uncompared: Standing.UNCOMPARED,
  behind: Standing.BEHIND,
  forked: Standing.FORKED,
};

/** Our name of a standing of the wire; of one that this program does not know, `uncompared`. */
export function nameOf(standing: Standing): StandingName {
  return STANDINGS.find((name) => WIRE[name] === standing) ?? "uncompared";
}

/** The wire's name of a standing. */
export function wireOf(standing: StandingName): Standing {
  return WIRE[standing];
}

/** A node with this standing may neither send nor give out anything new. */
export function isBeyond({ standing }: { standing: StandingName }): boolean {
  return standing === "behind" || standing === "forked";
}
