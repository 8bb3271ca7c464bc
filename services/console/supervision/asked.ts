import { VolumeGroup } from "../../../proto/gen/ecert/supervision/v1/figures_pb.ts";
import { RateLevel } from "../../../proto/gen/ecert/supervision/v1/supervision_service_pb.ts";
import { shanghaiDay } from "../../domain/civil-date.ts";
import { type Filters, useFilters } from "../list/filters.ts";
import { type Days, periodOf } from "./period.ts";

/** What figures are asked for, as the address says it. */
export interface Asked {
  readonly period: Days;
  readonly division: string;
  readonly departmentCode: string;
  readonly itemCode: string;
  readonly matterCode: string;
  readonly level: RateLevel;
  readonly group: VolumeGroup;
  readonly filters: Filters;
}

/** Reads the address. */
export function useAsked(): Asked {
  const filters = useFilters();
  return {
    period: periodOf(filters.get("from"), filters.get("to"), shanghaiDay(new Date())),
    division: filters.get("division"),
    departmentCode: filters.get("department"),
    itemCode: filters.get("item"),
    matterCode: filters.get("matter"),
    level: named(filters.get("level"), RateLevel) ?? RateLevel.UNSPECIFIED,
    group: named(filters.get("group"), VolumeGroup) ?? VolumeGroup.DAY,
    filters,
  };
}

/** The address of a page with what is asked for now, but for what is changed. An empty value leaves a filter out. */
export function addressWith({ key }: Filters, changed: Readonly<Record<string, string | number>>): string {
  const params = new URLSearchParams(key);
  for (const [name, value] of Object.entries(changed))
    if (value === "") params.delete(name);
    else params.set(name, String(value));
  return `?${params}`;
}

/** The value of an enumeration that an address names by its number; absent for what is none of it. */
function named<E extends number>(text: string, all: Readonly<Record<string, E>>): E | undefined {
  return text === "" ? undefined : Object.values(all).find((value) => value === Number(text));
}
