import { create, type DescMessage, type MessageShape } from "@bufbuild/protobuf";
import { DelegationSchema } from "../../../proto/gen/ecert/catalog/v1/opening_service_pb.ts";
import { IssuingOpeningSchema, MatterSchema } from "../../../proto/gen/ecert/catalog/v1/registry_pb.ts";
import { pause } from "../../base/pause.ts";
import type { Act } from "../../domain/delegation.ts";
import { isOwnApp } from "../../domain/delegation.ts";
import { changeRecord } from "../../registry/keep-record.ts";
import { BY_NODE } from "../../registry/record.ts";
import { storedValue } from "../../registry/stored-value.ts";
import { allOf } from "../../store/pages-of.ts";
import type { CatalogContext } from "../context.ts";
import type { RecordKind } from "../stored/records.ts";
import { actingApp, superiorCodes } from "./admit-app.ts";
import { DELEGATION, delegationId, delegationValue, delegationView } from "./delegation-record.ts";
import { tellFormerDelegation } from "./tell-former.ts";

const AGAIN_MS = 1_000;
const LOOK_EVERY_MS = 5_000;

/**
 * Makes delegations of what openings and matters said before there were any, so that nothing stops: for each app of another department that
 * they name. Until that is done the road takes an app without a delegation for one of these. Several processes may do it at once. Goes on
 * until the signal aborts, since records may come back.
 */
export async function carryOver(context: CatalogContext, signal: AbortSignal): Promise<void> {
  const { carriedOver, runtime } = context;
  while (!signal.aborted) {
    const times = carriedOver.times();
    try {
      if (carriedOver.done()) {
        await pause(LOOK_EVERY_MS, signal, { ref: false });
        continue;
      }
      await eachOf(context, "opening", IssuingOpeningSchema, signal, ({ appKey, departmentCode, itemCode, opensOn }) =>
        delegate(context, appKey, departmentCode, { item: itemCode }, opensOn),
      );
      await eachOf(context, "matter", MatterSchema, signal, async ({ appKeys, departmentCode, code, enabledOn }) => {
        for (const app of appKeys) await delegate(context, app, departmentCode, { matter: code }, enabledOn);
      });
      if (!signal.aborted) await carriedOver.finish(times);
    } catch (error) {
      if (signal.aborted) return;
      runtime.log.warn({ error: String(error) }, "openings of before have no delegations yet; trying again");
      await pause(AGAIN_MS, signal, { ref: false });
    }
  }
}

async function eachOf<S extends DescMessage>(
  { registry, runtime }: CatalogContext,
  kind: RecordKind,
  schema: S,
  signal: AbortSignal,
  take: (record: MessageShape<S>) => Promise<void>,
): Promise<void> {
  const own = { index: BY_NODE.name, equals: [runtime.config.node.code] };
  for await (const { value } of allOf(registry.of(kind), own)) {
    if (signal.aborted) return;
    await take(storedValue(schema, value));
  }
}

async function delegate(context: CatalogContext, app: string, department: string, act: Act, since: string) {
  const acting = await actingApp(context, app);
  // One that is not known, or not yet, keeps what it was named for.
  if (acting?.department === department) return;
  if (acting && isOwnApp(acting, department, await superiorCodes(context, department))) return;
  const key = delegationId(app, department);
  await tellFormerDelegation(context, key);
  await changeRecord(context.delegations, DELEGATION, key, (old) => {
    const view = old && delegationView(old);
    // What somebody has granted since says all.
    if (view && !view.carriedOver) return undefined;
    const items = new Set([...(view?.itemCodes ?? []), ...("item" in act ? [act.item] : [])]);
    const matters = new Set([...(view?.matterCodes ?? []), ...("matter" in act ? [act.matter] : [])]);
    if (view && items.size === view.itemCodes.length && matters.size === view.matterCodes.length) return undefined;
    const first = [view?.since, since || "1970-01-01"].filter((day) => day !== undefined).sort()[0] as string;
    const delegation = create(DelegationSchema, {
      ...{ appKey: app, departmentCode: department, itemCodes: [...items], matterCodes: [...matters] },
      ...{ since: first, until: "", grantedBy: "", carriedOver: true },
    });
    return { value: delegationValue(delegation), beside: { app, department } };
  });
}
