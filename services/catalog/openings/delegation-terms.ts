import { create, fromBinary, type JsonObject as ProtoJson, toBinary, toJson } from "@bufbuild/protobuf";
import {
  type Delegation,
  type DelegationRecord,
  DelegationRecordSchema,
  DelegationSchema,
} from "../../../proto/gen/ecert/catalog/v1/opening_service_pb.ts";
import { EventKind } from "../../../proto/gen/ecert/event/v1/event_pb.ts";
import { checkFieldRules } from "../../call/request/field-rules.ts";
import type { JsonObject } from "../../domain/canonical.ts";
import { Refusal, refuseField } from "../../domain/refusal.ts";
import { provincePeer } from "../../host/place.ts";
import { requireCreditCode, requireDay, requireKeyOf } from "../../registry/codes.ts";
import type { RecordTerms, SentRecord } from "../../registry/record.ts";
import { storedValue } from "../../registry/stored-value.ts";
import type { CatalogContext } from "../context.ts";
import { ownerOf } from "../issuers/owners.ts";
import { DELEGATION, type DelegationDocument, delegationId } from "./delegation-record.ts";

/** Largest record that is taken, as large as `PutDelegation` takes one. */
export const MAX_RECORD_BYTES = 262_144;

/** Delegations as records: the province keeps those of its nodes, since it judges by them while a node is away (4.5.1). */
export function delegationTerms(context: () => CatalogContext): RecordTerms<DelegationDocument> {
  return {
    kinds: [DELEGATION],
    keys: { [DELEGATION]: ["department_code", "app_key"] },
    idOf: (_kind, _node, key) => key,
    told: { kind: EventKind.DELEGATION_CHANGED },
    // Records travel up to the province only: a province has nobody to tell.
    isHeard: () => provincePeer(context().runtime.config.peers) !== undefined,
    source: "delegation-records",
    encoded: (record) => toBinary(DelegationRecordSchema, delegationRecordOf(record)),
    read(payload, node) {
      const record = decoded(payload);
      // The field rules demand it.
      const delegation = record.delegation ?? create(DelegationSchema);
      const { appKey: app, departmentCode } = delegation;
      const value = toJson(DelegationSchema, delegation) as ProtoJson as JsonObject;
      const key = delegationId(app, departmentCode);
      const saying = { kind: DELEGATION, node, key, changes: Number(record.changes), value } as const;
      return {
        ...saying,
        departmentCode,
        checked() {
          checkDelegation(delegation, node);
          return { ...saying, app, department: departmentCode };
        },
      };
    },
    beside: () => ({}),
    // What came back to its own node may have ended meanwhile: records that name the app follow at once.
    keptBeside: (_old, { node }) => (node === context().runtime.config.node.code ? { follow: "" } : {}),
    async admit({ key, node, departmentCode }) {
      const owner = await ownerOf(context(), "department", departmentCode);
      // What a node says about another's department is nothing.
      if (owner === undefined || owner === node) return;
      const description = `delegation ${key} is about department ${departmentCode}, which belongs to node ${owner}`;
      throw new Refusal("ALREADY_EXISTS", description, { metadata: { kind: DELEGATION, key, node: owner } });
    },
  };
}

/** 6.4.4.2: what a delegation must hold beside the field rules of its contract, wherever it comes from. `node`: whose it is. */
export function checkDelegation({ appKey, departmentCode, grantedBy, since, until }: Delegation, node: string): void {
  requireCreditCode("delegation.department_code", departmentCode);
  requireDay("delegation.since", since);
  if (grantedBy !== "") requireCreditCode("delegation.granted_by", grantedBy);
  requireKeyOf(node, "delegation.app_key", appKey);
  if (until === "") return;
  requireDay("delegation.until", until);
  if (until >= since) return;
  const remedy = "name a last day that is not before the first";
  const localized = `最后一日${until}早于第一日${since}，请更正`;
  throw refuseField("DATE_RANGE_INVALID", "delegation.until", `lies before ${since}`, remedy, localized);
}

/** A delegation as it travels. */
export function delegationRecordOf({ changes, value }: SentRecord<DelegationDocument>): DelegationRecord {
  return create(DelegationRecordSchema, { changes: BigInt(changes), delegation: storedValue(DelegationSchema, value) });
}

/** Reads a delegation that another node sent, held to the field rules of its contract. Refuses `TOO_LARGE` and `INVALID_FIELD`. */
function decoded(payload: Uint8Array): DelegationRecord {
  if (payload.length > MAX_RECORD_BYTES) {
    throw new Refusal("TOO_LARGE", `a delegation of ${payload.length} bytes; at most ${MAX_RECORD_BYTES}`);
  }
  const record = parsed(payload);
  checkFieldRules(DelegationRecordSchema, record);
  if (record.changes > BigInt(Number.MAX_SAFE_INTEGER)) {
    throw new Refusal("INVALID_FIELD", "a delegation that says it changed more often than anything can");
  }
  return record;
}

function parsed(payload: Uint8Array): DelegationRecord {
  try {
    return fromBinary(DelegationRecordSchema, payload, { readUnknownFields: false });
  } catch (cause) {
    const description = "not a DelegationRecord in protobuf";
    const remedy = "bring the sending node to this version: it sends the record again in this form";
    const localized = "不是委托记录，请将发送节点升级到本版本，由其重新发送";
    const fields = [{ field: "event.payload", description, remedy, localized }];
    throw new Refusal("INVALID_FIELD", `the payload is ${description}`, { cause, fields });
  }
}
