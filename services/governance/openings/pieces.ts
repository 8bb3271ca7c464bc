import {
  create,
  type DescMessage,
  fromJson,
  type MessageShape,
  type JsonObject as ProtoJson,
  toJson,
} from "@bufbuild/protobuf";
import { DelegationSchema } from "../../../proto/gen/ecert/catalog/v1/opening_service_pb.ts";
import { IssuingOpeningSchema } from "../../../proto/gen/ecert/catalog/v1/registry_pb.ts";
import {
  type OpeningRequest,
  type UsageOpening,
  UsageOpeningSchema,
} from "../../../proto/gen/ecert/governance/v1/opening_request_service_pb.ts";
import type { onBehalf } from "../../call/chain/service.ts";
import { canonicalJson, type JsonObject } from "../../domain/canonical.ts";
import { Refusal } from "../../domain/refusal.ts";
import type { GovernanceContext } from "../context.ts";
import { ownMatter, putDelegation, putForUnit, putUsage } from "./put-opening.ts";
import type { Prior } from "./request-record.ts";

/** One record of the catalog that a request is about. */
export interface Piece {
  key: string;
  /** As it shall be. */
  wanted: JsonObject;
  /** As it is. */
  read(): Promise<Prior>;
  /** Puts it, where it is still at that change. */
  put(value: JsonObject, changes?: number): Promise<void>;
  /** What it says, but that it lets nobody do anything: for now where it stood before, else for good. */
  stopped(value: JsonObject, cause: string, kind: "SUSPENDED" | "WITHDRAWN"): JsonObject;
}

type Options = ReturnType<typeof onBehalf>;

/** First day of a delegation that is not to count for now. */
const NEVER = "9999-12-31";

/** The records that a request is about: an opening of each department, a matter, or a delegation. */
export function piecesOf(context: GovernanceContext, request: OpeningRequest, options: Options): Piece[] {
  const { departmentCode, subject, unitCodes } = request;
  switch (subject.case) {
    case "issuing":
      return [departmentCode, ...unitCodes].map((code) =>
        issuingPiece(context, create(IssuingOpeningSchema, { ...subject.value, departmentCode: code }), options),
      );
    case "usage":
      return [usagePiece(context, departmentCode, subject.value, options)];
    case "delegation": {
      const granted = create(DelegationSchema, { ...subject.value, grantedBy: departmentCode });
      return [delegationPiece(context, granted, options)];
    }
    default:
      return [];
  }
}

/** Whether two forms of a record say the same; since when it is halted the catalog says. */
export function saysSame(one: JsonObject | undefined, other: JsonObject | undefined): boolean {
  return one !== undefined && other !== undefined && canonicalJson(undated(one)) === canonicalJson(undated(other));
}

function issuingPiece(
  context: GovernanceContext,
  opening: MessageShape<typeof IssuingOpeningSchema>,
  options: Options,
): Piece {
  const { itemCode, departmentCode, appKey } = opening;
  return {
    key: departmentCode,
    wanted: json(IssuingOpeningSchema, opening),
    async read() {
      const asked = { itemCode, departmentCode, appKey };
      const found = await context.registry.getIssuingOpening(asked, options).catch((error: unknown) => {
        if (error instanceof Refusal && error.reason === "ITEM_NOT_OPENED") return undefined;
        throw error;
      });
      if (!found?.opening) return { changes: 0 };
      return { changes: Number(found.changes), value: json(IssuingOpeningSchema, found.opening) };
    },
    put: (value, changes) =>
      putForUnit(context, message(IssuingOpeningSchema, value), departmentCode, at(options, changes)),
    stopped: halted,
  };
}

function usagePiece(context: GovernanceContext, department: string, usage: UsageOpening, options: Options): Piece {
  const { matterCode } = usage;
  return {
    key: matterCode,
    wanted: json(UsageOpeningSchema, usage),
    async read() {
      const { matter, changes } = await ownMatter(context, department, matterCode, options);
      const { appKeys, items, enabledOn, closesOn, halt } = matter;
      const value = create(UsageOpeningSchema, {
        matterCode,
        appKeys,
        items,
        enabledOn,
        closesOn,
        ...(halt && { halt }),
      });
      return { changes: Number(changes), value: json(UsageOpeningSchema, value) };
    },
    put: (value, changes) => putUsage(context, department, message(UsageOpeningSchema, value), at(options, changes)),
    stopped: halted,
  };
}

function delegationPiece(
  context: GovernanceContext,
  delegation: MessageShape<typeof DelegationSchema>,
  options: Options,
): Piece {
  return {
    key: delegation.appKey,
    wanted: json(DelegationSchema, delegation),
    async read() {
      const { before, changes } = await putDelegation(context, delegation, { ...options, validateOnly: true });
      if (!before) return { changes: Number(changes) };
      // As the catalog keeps what is put.
      const { grantedBy, departmentCode } = before;
      const value = { ...before, grantedBy: grantedBy || departmentCode, carriedOver: false };
      return { changes: Number(changes), value: json(DelegationSchema, value) };
    },
    async put(value, changes) {
      await putDelegation(context, message(DelegationSchema, value), at(options, changes));
    },
    stopped(value, _cause, kind) {
      if (kind === "WITHDRAWN") {
        const { itemCodes: _, matterCodes: __, ...none } = value;
        return none;
      }
      // What it names no more the catalog takes out of openings and matters, and that does not come back by itself: what is to stand again names all.
      const { until: _, ...kept } = value;
      return { ...kept, since: NEVER };
    },
  };
}

function halted(value: JsonObject, cause: string, kind: "SUSPENDED" | "WITHDRAWN"): JsonObject {
  return { ...value, halt: { kind: `OPENING_HALT_KIND_${kind}`, cause } };
}

function undated({ halt, ...value }: JsonObject): JsonObject {
  if (halt === undefined) return value;
  const { since: _, ...rest } = halt as JsonObject;
  return { ...value, halt: rest };
}

function at(options: Options, changes: number | undefined) {
  return { ...options, ...(changes !== undefined && { changes: BigInt(changes) }) };
}

function json<S extends DescMessage>(schema: S, value: MessageShape<S>): JsonObject {
  return toJson(schema, value) as ProtoJson as JsonObject;
}

function message<S extends DescMessage>(schema: S, value: JsonObject): MessageShape<S> {
  return fromJson(schema, value as ProtoJson, { ignoreUnknownFields: true });
}
