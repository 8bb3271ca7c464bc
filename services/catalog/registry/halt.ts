import { create } from "@bufbuild/protobuf";
import {
  type OpeningHalt,
  OpeningHaltKind,
  OpeningHaltSchema,
} from "../../../proto/gen/ecert/catalog/v1/registry_pb.ts";
import type { Halt } from "../../domain/opening-controls.ts";

/** A halt as the rules know it. */
export function haltOf(halt: OpeningHalt | undefined): { halt?: Halt } {
  if (!halt) return {};
  const kind = halt.kind === OpeningHaltKind.WITHDRAWN ? "withdrawn" : "suspended";
  return { halt: { kind, cause: halt.cause, since: halt.since } };
}

/** A record as it is put, its halt dated by the service: since now, or as before where it was the same before. */
export function withDatedHalt<R extends { halt?: OpeningHalt | undefined }>(
  record: R,
  old: R | undefined,
  now: Date,
): R {
  if (!record.halt) return record;
  const { kind, cause } = record.halt;
  const same = old?.halt?.kind === kind && old.halt.cause === cause;
  const since = (same && old.halt?.since) || now.toISOString();
  return { ...record, halt: create(OpeningHaltSchema, { kind, cause, since }) };
}
