import { RateLevel } from "../../../proto/gen/ecert/supervision/v1/supervision_service_pb.ts";
import { DIVISION_LEVELS, levelOf } from "../../domain/division.ts";
import { ROLES } from "../../domain/role.ts";
import { roleName } from "../shell/role-name.ts";
import { useWho } from "../shell/who.tsx";
import type { Asked } from "./asked.ts";

/** Levels of the contract, from the top: rates are told down to counties. */
const LEVELS = [RateLevel.PROVINCE, RateLevel.CITY, RateLevel.COUNTY] as const;

/** Of whom the figures at the top are: one department, or a division as a whole. */
export interface Headline {
  readonly division: string;
  readonly departmentCode: string;
  readonly level: RateLevel;
}

/** What the address asks for; where it says nothing, the reader's own department, or of a management body its division. */
export function useHeadline({ division, departmentCode }: Asked): Headline {
  const who = useWho();
  const isBody = who.roles.some((role) => ROLES[roleName(role)]?.level === "management");
  const department = departmentCode || (isBody ? "" : who.departmentCode);
  if (department !== "") return { division: "", departmentCode: department, level: RateLevel.UNSPECIFIED };
  const asked = division || who.division;
  return {
    division: asked,
    departmentCode: "",
    level: LEVELS[DIVISION_LEVELS.indexOf(levelOf(asked))] ?? RateLevel.COUNTY,
  };
}
