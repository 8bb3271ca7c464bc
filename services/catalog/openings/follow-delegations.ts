import { create } from "@bufbuild/protobuf";
import {
  IssuingOpeningSchema,
  MatterSchema,
  OpeningHaltKind,
  OpeningHaltSchema,
} from "../../../proto/gen/ecert/catalog/v1/registry_pb.ts";
import { pause } from "../../base/pause.ts";
import { canonicalJson, type JsonObject } from "../../domain/canonical.ts";
import { shanghaiDay } from "../../domain/civil-date.ts";
import { covers, type Delegation } from "../../domain/delegation.ts";
import { Refusal } from "../../domain/refusal.ts";
import { putRecord, readRecord } from "../../registry/keep-record.ts";
import { changeStored } from "../../store/compare-and-set.ts";
import type { CatalogContext } from "../context.ts";
import { openingKey } from "../registry/openings.ts";
import { recordId } from "../stored/records.ts";
import { DELEGATION, type DelegationDocument, delegationOf } from "./delegation-record.ts";

const LOOK_EVERY_MS = 60_000;
const AT_ONCE = 100;
/** Attempts at a record that others write meanwhile. */
const TRIES = 5;
const CAUSE = "委托已终止";

/**
 * Has openings and matters follow a delegation that ended or names less: the opening is withdrawn, the app taken out of the matter. The
 * road refuses by the delegation itself; this is for whoever has the records alone, the stand-by before all. Done again it changes nothing.
 */
export async function followDelegation(context: CatalogContext, document: DelegationDocument): Promise<void> {
  const day = shanghaiDay(context.runtime.now());
  const delegation = delegationOf(document);
  const { items, matters } = overBy(document, delegation, day);
  for (const item of items) await withdrawOpening(context, delegation, item);
  for (const matter of matters) await leaveMatter(context, delegation, matter);
  const later = delegation.until !== undefined && delegation.until >= day ? { follow: delegation.until } : {};
  await changeStored(context.delegations.registry.of(DELEGATION), document._id, (old) => {
    // What was put meanwhile is followed by itself.
    if (!old || canonicalJson(markOf(old)) !== canonicalJson(markOf(document))) return undefined;
    const { dropped: _dropped, follow: _follow, ...rest } = old;
    return { ...rest, ...later };
  });
}

function markOf({ value, dropped, follow }: DelegationDocument): JsonObject {
  return { value, dropped: { items: [], matters: [], ...dropped }, follow: follow ?? null };
}

/** Follows every delegation that ended, again and again until the signal aborts. */
export async function keepFollowing(context: CatalogContext, signal: AbortSignal): Promise<void> {
  const { delegations, runtime } = context;
  while (!signal.aborted) {
    try {
      const to = shanghaiDay(runtime.now());
      for (;;) {
        const { items } = await delegations.registry.of(DELEGATION).query({ index: "follow", to, limit: AT_ONCE });
        for (const one of items) await followDelegation(context, one);
        if (items.length < AT_ONCE) break;
      }
    } catch (error) {
      if (!signal.aborted) runtime.log.warn({ error: String(error) }, "records that a delegation ended for wait");
    }
    await pause(LOOK_EVERY_MS, signal, { ref: false });
  }
}

/** What its app does no more. */
function overBy({ dropped }: DelegationDocument, delegation: Delegation, day: string) {
  const over = delegation.until !== undefined && delegation.until < day;
  const items = [...(dropped?.items ?? []), ...(over ? delegation.items : [])];
  const matters = [...(dropped?.matters ?? []), ...(over ? delegation.matters : [])];
  // What was dropped may have been named again since.
  return {
    items: items.filter((item) => !covers(delegation, { item }, day)),
    matters: matters.filter((matter) => !covers(delegation, { matter }, day)),
  };
}

async function withdrawOpening(context: CatalogContext, { app, department }: Delegation, item: string): Promise<void> {
  const key = openingKey({ itemCode: item, departmentCode: department, appKey: app });
  const node = context.runtime.config.node.code;
  await untilPut(async () => {
    const stored = await context.registry.of("opening").get(recordId("opening", node, key));
    const opening = await readRecord(context, IssuingOpeningSchema, "opening", node, key);
    if (!stored || !opening || opening.halt?.kind === OpeningHaltKind.WITHDRAWN) return;
    const since = context.runtime.now().toISOString();
    const halt = create(OpeningHaltSchema, { kind: OpeningHaltKind.WITHDRAWN, cause: CAUSE, since });
    const next = { ...opening, halt };
    await putRecord(context, IssuingOpeningSchema, "opening", key, next, { basis: stored.changes });
  });
}

async function leaveMatter(context: CatalogContext, { app, department }: Delegation, code: string): Promise<void> {
  const node = context.runtime.config.node.code;
  await untilPut(async () => {
    const stored = await context.registry.of("matter").get(recordId("matter", node, code));
    const matter = await readRecord(context, MatterSchema, "matter", node, code);
    if (!stored || matter?.departmentCode !== department || !matter.appKeys.includes(app)) return;
    const next = { ...matter, appKeys: matter.appKeys.filter((key) => key !== app) };
    await putRecord(context, MatterSchema, "matter", code, next, { basis: stored.changes });
  });
}

async function untilPut(step: () => Promise<void>): Promise<void> {
  for (let tries = 1; ; tries++) {
    try {
      return await step();
    } catch (error) {
      const again = error instanceof Refusal && error.reason === "REVISION_CONFLICT" && tries < TRIES;
      if (!again) throw error;
    }
  }
}
