import { create, fromBinary, type JsonObject as ProtoJson, toBinary, toJson } from "@bufbuild/protobuf";
import {
  DepartmentSchema,
  IssuingOpeningSchema,
  MatterSchema,
  SealSchema,
} from "../../../proto/gen/ecert/catalog/v1/registry_pb.ts";
import { type RegistryRecord, RegistryRecordSchema } from "../../../proto/gen/ecert/catalog/v1/registry_record_pb.ts";
import { checkFieldRules } from "../../call/request/field-rules.ts";
import type { JsonObject } from "../../domain/canonical.ts";
import { Refusal } from "../../domain/refusal.ts";
import type { RecordSaying } from "../../registry/record.ts";
import { storedValue } from "../../registry/stored-value.ts";
import type { RecordKind, RegistryPast } from "../stored/records.ts";
import { openingKey } from "./openings.ts";

/** Largest record that is taken, as large as `PutSeal` takes one: a seal with its picture, its electronic seal and a thousand units. */
export const MAX_RECORD_BYTES = 2 << 20;

/** A record as it travels, in protobuf. */
export function encodedRecord(document: Travelling): Uint8Array {
  return toBinary(RegistryRecordSchema, recordOf(document));
}

/** What a record holds that travels. */
type Travelling = Pick<RecordSaying<RecordKind>, "kind" | "changes" | "value"> & { past?: RegistryPast };

/** A stored record as it travels. */
export function recordOf(document: Travelling): RegistryRecord {
  const former = (document.past?.superiors ?? []).map(({ code, until }) => ({ superiorCode: code, until }));
  return create(RegistryRecordSchema, {
    changes: BigInt(document.changes),
    record: recordIn(document),
    ...(document.kind === "department" && { formerSuperiors: former }),
  });
}

function recordIn({ kind, value }: Travelling): RegistryRecord["record"] {
  switch (kind) {
    case "department":
      return { case: kind, value: storedValue(DepartmentSchema, value) };
    case "opening":
      return { case: kind, value: storedValue(IssuingOpeningSchema, value) };
    case "matter":
      return { case: kind, value: storedValue(MatterSchema, value) };
    case "seal":
      return { case: kind, value: storedValue(SealSchema, value) };
  }
}

/** Reads a record that another node sent, held to the field rules of its contract. Refuses `TOO_LARGE` and `INVALID_FIELD`. */
export function decodedRecord(payload: Uint8Array): RegistryRecord {
  if (payload.length > MAX_RECORD_BYTES) {
    throw new Refusal("TOO_LARGE", `a registry record of ${payload.length} bytes; at most ${MAX_RECORD_BYTES}`);
  }
  const record = parsed(payload);
  checkFieldRules(RegistryRecordSchema, record);
  if (record.changes > BigInt(Number.MAX_SAFE_INTEGER)) {
    throw new Refusal("INVALID_FIELD", "a registry record that says it changed more often than anything can");
  }
  return record;
}

function parsed(payload: Uint8Array): RegistryRecord {
  try {
    return fromBinary(RegistryRecordSchema, payload, { readUnknownFields: false });
  } catch (cause) {
    const description = "not a RegistryRecord in protobuf";
    const remedy = "bring the sending node to this version: it sends the record again in this form";
    const localized = "不是登记记录，请将发送节点升级到本版本，由其重新发送";
    const fields = [{ field: "event.payload", description, remedy, localized }];
    throw new Refusal("INVALID_FIELD", `the payload is ${description}`, { cause, fields });
  }
}

/** What a record is stored under and as: kind, key, and the members that its contract names. */
export interface NamedRecord {
  kind: RecordKind;
  key: string;
  value: JsonObject;
  /** Department that it is about. */
  departmentCode: string;
}

/** Takes a record apart. `node` is the sender: what the record says of that itself is not read. */
export function namedRecord({ record }: RegistryRecord, node: string): NamedRecord {
  switch (record.case) {
    case "department": {
      const value = json(toJson(DepartmentSchema, { ...record.value, node }));
      return { kind: "department", key: record.value.code, value, departmentCode: record.value.code };
    }
    case "opening": {
      const { departmentCode } = record.value;
      return {
        kind: "opening",
        key: openingKey(record.value),
        value: json(toJson(IssuingOpeningSchema, record.value)),
        departmentCode,
      };
    }
    case "matter": {
      const value = json(toJson(MatterSchema, { ...record.value, node }));
      return { kind: "matter", key: record.value.code, value, departmentCode: record.value.departmentCode };
    }
    case "seal":
      return {
        kind: "seal",
        key: record.value.code,
        value: json(toJson(SealSchema, record.value)),
        departmentCode: record.value.departmentCode,
      };
    default:
      throw new Refusal("INVALID_FIELD", "a registry record that holds none");
  }
}

function json(value: unknown): JsonObject {
  return value as ProtoJson as JsonObject;
}
