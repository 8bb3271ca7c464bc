import { fromBinary } from "@bufbuild/protobuf";
import type { Department, IssuingOpening, Matter } from "../../../proto/gen/ecert/catalog/v1/registry_pb.ts";
import { RegistryRecordSchema } from "../../../proto/gen/ecert/catalog/v1/registry_record_pb.ts";
import { addDays } from "../../domain/civil-date.ts";
import type { FactValue } from "./fact-record.ts";
import { requireDays, requireDepartmentCode } from "./readable.ts";

/** What a record of a node's registry says that is counted; `undefined` for apps and seals. Throws `DATA_INVALID` for days and codes that are none. */
export function registryFact(payload: Uint8Array, on: string): FactValue | undefined {
  const { record } = fromBinary(RegistryRecordSchema, payload);
  switch (record.case) {
    case "department":
      requireDepartmentCode("a department", record.value.code);
      return departmentFact(record.value);
    case "opening":
      return openingFact(record.value);
    case "matter":
      return matterFact(record.value, on);
    default:
      return undefined;
  }
}

function departmentFact({ code, name, division, superiorCode, closed }: Department): FactValue {
  const fact = { kind: "department", name, division, superior: superiorCode, ...(closed && { closed }) } as const;
  return { department: code, fact };
}

/** While it is suspended, and once it is withdrawn, nothing is opened by it (6.2.4.2). */
function openingFact({ departmentCode, itemCode, opensOn, closesOn, forUnits, halt }: IssuingOpening): FactValue {
  requireDepartmentCode("an opening", departmentCode);
  requireDays("an opening", [opensOn, closesOn]);
  return {
    department: departmentCode,
    ...(!halt && { fact: { kind: "opened", item: itemCode, from: opensOn, until: closesOn } }),
    ...(forUnits && { forUnits }),
  };
}

/** A matter is on the portal in the periods that it names (3.8), until it ends, and can use certificates while it has items and is neither disabled nor halted. */
function matterFact(matter: Matter, on: string): FactValue {
  const { departmentCode, code, name, items, enabledOn, closesOn, disabled, halt, endedOn } = matter;
  requireDepartmentCode("a matter", departmentCode);
  requireDays("a matter", [enabledOn, closesOn, endedOn, ...matter.portal.flatMap(({ from, until }) => [from, until])]);
  const until = (last: string) => (endedOn !== "" && (last === "" || last >= endedOn) ? addDays(endedOn, -1) : last);
  const portal = matter.portal.map((period) => ({ from: period.from, until: until(period.until) }));
  const isUsable = items.length > 0 && !disabled && !halt;
  const usable = isUsable ? [{ from: enabledOn === "" ? on : enabledOn, until: closesOn }] : [];
  return { department: departmentCode, fact: { kind: "matter", matter: code, name, portal, usable } };
}
