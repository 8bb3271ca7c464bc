import { fromBinary } from "@bufbuild/protobuf";
import type { Department, IssuingOpening, Matter } from "../../../proto/gen/ecert/catalog/v1/registry_pb.ts";
import { RegistryRecordSchema } from "../../../proto/gen/ecert/catalog/v1/registry_record_pb.ts";
import type { FactValue } from "./fact-record.ts";

/** What a record of a node's registry says that is counted; `undefined` for apps and seals. */
export function registryFact(payload: Uint8Array, on: string): FactValue | undefined {
  const { record } = fromBinary(RegistryRecordSchema, payload);
  switch (record.case) {
    case "department":
      return departmentFact(record.value);
    case "opening":
      return openingFact(record.value);
    case "matter":
      return matterFact(record.value, on);
    default:
      return undefined;
  }
}

function departmentFact({ code, name, division, superiorCode }: Department): FactValue {
  return { department: code, fact: { kind: "department", name, division, superior: superiorCode } };
}

function openingFact({ departmentCode, itemCode, opensOn, closesOn, forUnits }: IssuingOpening): FactValue {
  return {
    department: departmentCode,
    fact: { kind: "opened", item: itemCode, from: opensOn, until: closesOn },
    ...(forUnits && { forUnits }),
  };
}

/** A matter is on the portal from the day on which it was registered (3.8), and can use certificates while it has items and is not disabled. */
function matterFact({ departmentCode, code, name, items, enabledOn, disabled }: Matter, on: string): FactValue {
  const usable = items.length > 0 && !disabled ? [{ from: enabledOn === "" ? on : enabledOn }] : [];
  return { department: departmentCode, fact: { kind: "matter", matter: code, name, portal: [{ from: on }], usable } };
}
