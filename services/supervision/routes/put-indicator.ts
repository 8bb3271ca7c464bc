import type { Indicator, SupervisionService } from "../../../proto/gen/ecert/supervision/v1/supervision_service_pb.ts";
import { callerName } from "../../call/chain/caller.ts";
import type { Handlers } from "../../call/chain/service.ts";
import type { JsonObject } from "../../domain/canonical.ts";
import { parseIndicator } from "../../domain/indicator.ts";
import { refuseField } from "../../domain/refusal.ts";
import { changeStored } from "../../store/compare-and-set.ts";
import type { SupervisionContext } from "../context.ts";
import { type IndicatorDocument, MAX_INDICATORS } from "../indicators/indicator-record.ts";
import { requireNodeWide } from "../inspections/node-wide.ts";

/** 4.7.4: defines an indicator of this node, or defines it anew. */
export function putIndicator({
  indicators,
  runtime,
}: SupervisionContext): Handlers<typeof SupervisionService>["putIndicator"] {
  return async ({ indicator }, { caller, reach }) => {
    requireNodeWide(reach, runtime);
    const { id, name, definitionJson } = indicator as Indicator;
    const definition = objectIn(definitionJson);
    parseIndicator(definition);
    const isNew = (await indicators.get(id)) === undefined;
    if (isNew && (await indicators.count("all")) >= MAX_INDICATORS) throw tooMany();
    await runtime.evidence.append("indicator-put", { id, name, definition, by: callerName(caller) });
    const next = (old?: IndicatorDocument): IndicatorDocument => ({
      ...{ _id: id, revision: old?.revision ?? 1, id, name, definition },
    });
    await changeStored(indicators, id, next);
    return { indicator: { id, name, definitionJson: JSON.stringify(definition) } };
  };
}

function objectIn(text: string): JsonObject {
  // It is JSON: the contract's rules for such fields are held before.
  const value: unknown = JSON.parse(text);
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as JsonObject;
  const remedy = "write an object with numerator and denominator";
  const localized = "应为含numerator和denominator的对象";
  throw refuseField("INVALID_FIELD", "indicator.definition_json", "is no object", remedy, localized);
}

function tooMany() {
  const description = `there are ${MAX_INDICATORS} indicators`;
  const localized = `指标已达${MAX_INDICATORS}个，请修改已有指标`;
  return refuseField("TOO_LARGE", "indicator.id", description, "define one of them anew", localized);
}
