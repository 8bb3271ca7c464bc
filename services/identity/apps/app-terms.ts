import { create, fromBinary, type JsonObject as ProtoJson, toBinary, toJson } from "@bufbuild/protobuf";
import { EventKind } from "../../../proto/gen/ecert/event/v1/event_pb.ts";
import {
  AppAccountSchema,
  type AppRecord,
  AppRecordSchema,
  AppSchema,
} from "../../../proto/gen/ecert/identity/v1/app_pb.ts";
import { checkFieldRules } from "../../call/request/field-rules.ts";
import type { JsonObject } from "../../domain/canonical.ts";
import { Refusal } from "../../domain/refusal.ts";
import { provincePeer } from "../../host/place.ts";
import { instant } from "../../registry/instant.ts";
import type { RecordTerms, SentRecord } from "../../registry/record.ts";
import { storedValue } from "../../registry/stored-value.ts";
import { type AppDocument, appId } from "./app-record.ts";
import type { AppRoom } from "./app-room.ts";
import { useBehind } from "./app-secrets.ts";
import { checkApp } from "./check-app.ts";
import { refusedAtArrival } from "./refusals.ts";
import { termsIn } from "./secret-terms.ts";

/** Largest record that is taken, as large as `PutApp` takes one. */
export const MAX_RECORD_BYTES = 262_144;

/** Apps as records. */
export function appTerms(room: () => AppRoom): RecordTerms<AppDocument> {
  return {
    kinds: ["app"],
    keys: { app: ["key"] },
    idOf: (_kind, _node, key) => appId(key),
    told: { kind: EventKind.APP_CHANGED },
    // Records travel up to the province only: a province has nobody to tell.
    isHeard: () => provincePeer(room().runtime.config.peers) !== undefined,
    source: "app-records",
    encoded: (record) => toBinary(AppRecordSchema, appRecordOf(record)),
    read(payload, node) {
      const record = decoded(payload);
      // The field rules demand both.
      const app = record.app?.app ?? create(AppSchema);
      const value = toJson(AppSchema, { ...app, node, secrets: [] }) as ProtoJson as JsonObject;
      const saying = { kind: "app", node, key: app.key, changes: Number(record.changes), value } as const;
      return {
        ...saying,
        departmentCode: app.departmentCode,
        checked() {
          checkApp(app, node);
          return { ...saying, ...accountIn(record) };
        },
      };
    },
    beside: () => ({}),
    keptBeside(old, sent) {
      const refusedBefore = refusedAtArrival(room(), old, sent);
      return {
        ...useBehind(old, sent),
        ...(refusedBefore !== undefined && { refusedBefore }),
        ...(old?.carried && { carried: old.carried }),
      };
    },
    async admit({ key, node, departmentCode }) {
      const owner = await room().departments.ownerOf(departmentCode);
      // What a node says about another's department is nothing.
      if (owner === undefined || owner === node) return;
      const description = `app ${key} is about department ${departmentCode}, which belongs to node ${owner}`;
      throw new Refusal("ALREADY_EXISTS", description, { metadata: { kind: "app", key, node: owner } });
    },
  };
}

/** An app as it travels. */
export function appRecordOf(record: SentRecord<AppDocument>): AppRecord {
  const { changes, value, secretHash = "", secretTerms, tokensNotBefore = "" } = record;
  const app = storedValue(AppSchema, value);
  const account = { app, secretHash, tokensNotBefore, ...(secretTerms && { secretTerms }) };
  return create(AppRecordSchema, { changes: BigInt(changes), app: create(AppAccountSchema, account) });
}

/** Reads an app that another node sent, held to the field rules of its contract. Refuses `TOO_LARGE` and `INVALID_FIELD`. */
function decoded(payload: Uint8Array): AppRecord {
  if (payload.length > MAX_RECORD_BYTES) {
    throw new Refusal("TOO_LARGE", `a record of an app of ${payload.length} bytes; at most ${MAX_RECORD_BYTES}`);
  }
  const record = parsed(payload);
  checkFieldRules(AppRecordSchema, record);
  if (record.changes > BigInt(Number.MAX_SAFE_INTEGER)) {
    throw new Refusal("INVALID_FIELD", "a record of an app that says it changed more often than anything can");
  }
  return record;
}

function parsed(payload: Uint8Array): AppRecord {
  try {
    return fromBinary(AppRecordSchema, payload, { readUnknownFields: false });
  } catch (cause) {
    const description = "not an AppRecord in protobuf";
    const remedy = "bring the sending node to this version: it sends the record again in this form";
    const localized = "不是应用登记记录，请将发送节点升级到本版本，由其重新发送";
    const fields = [{ field: "event.payload", description, remedy, localized }];
    throw new Refusal("INVALID_FIELD", `the payload is ${description}`, { cause, fields });
  }
}

function accountIn({
  app,
}: AppRecord): Pick<SentRecord<AppDocument>, "secretHash" | "secretTerms" | "tokensNotBefore"> {
  const { secretHash = "", secretTerms, tokensNotBefore = "" } = app ?? {};
  return {
    ...(secretHash !== "" && { secretHash }),
    ...(secretTerms && { secretTerms: termsIn(secretTerms) }),
    ...(tokensNotBefore !== "" && { tokensNotBefore: instant("app.tokens_not_before", tokensNotBefore) }),
  };
}
