import type { SupervisionService } from "../../../proto/gen/ecert/supervision/v1/supervision_service_pb.ts";
import type { Handlers } from "../../call/chain/service.ts";
import { requireCivilDate } from "../../domain/civil-date.ts";
import { divisionPrefix } from "../../domain/division.ts";
import { flowsOf } from "../../domain/volumes.ts";
import type { SupervisionContext } from "../context.ts";
import { countedCells } from "../volumes/counted-cells.ts";

/** A day before anything was ever counted. */
const BEGINNING = "1900-01-01";

/** 6.2.5.2: first days on which departments issued items and used certificates in matters, as they are counted. */
export function getFirstDays(context: SupervisionContext): Handlers<typeof SupervisionService>["getFirstDays"] {
  return async ({ division, items, matters, day }) => {
    requireCivilDate(day, "day");
    const prefix = divisionPrefix(division);
    const first = new Map<string, string>();
    const note = (key: string, on: string) => {
      if (on < (first.get(key) ?? ":")) first.set(key, on);
    };
    const departments = new Set([...items, ...matters].map(({ departmentCode }) => departmentCode));
    for (const department of departments)
      for await (const cell of countedCells(context, { department, prefix }, { from: BEGINNING, to: day })) {
        const [flow] = flowsOf(cell);
        if (flow === "issued") note(`issued ${department} ${cell.item}`, cell.day);
        if (flow === "used") note(`used ${department} ${cell.matter}`, cell.day);
      }
    return {
      items: items.map(({ code, departmentCode }) => first.get(`issued ${departmentCode} ${code}`) ?? ""),
      matters: matters.map(({ code, departmentCode }) => first.get(`used ${departmentCode} ${code}`) ?? ""),
    };
  };
}
