import type { AppService } from "../../../proto/gen/ecert/identity/v1/app_service_pb.ts";
import type { Handlers } from "../../call/chain/service.ts";
import { daysBehind } from "../../domain/instant.ts";
import { requireWholeNode } from "../../registry/reach.ts";
import { BY_NODE } from "../../registry/record.ts";
import { holdsPart } from "../../store/fitting-page.ts";
import { orderedPage } from "../../store/ordered-page.ts";
import type { AppDocument } from "../apps/app-record.ts";
import type { AppRoom } from "../apps/app-room.ts";
import { toldApp } from "../apps/told-app.ts";

const KEYS: Readonly<Record<string, (one: AppDocument) => string>> = {
  name: ({ value }) => String(value.name),
  key: ({ key }) => key,
  department_code: ({ value }) => String(value.departmentCode),
  secret_ends: (one) => toldApp(one).secrets[0]?.ends ?? "",
};

/** Lists the apps of this node by key or in the order asked for, all or those that are asked for, with what is told of their secrets. */
export function listApps(room: AppRoom): Handlers<typeof AppService>["listApps"] {
  return async ({ pageSize, pageToken, search, departmentCode, orderBy, endsWithinDays }, { reach }) => {
    requireWholeNode(room, reach);
    const own = [room.runtime.config.node.code];
    const part =
      endsWithinDays === 0
        ? { index: BY_NODE.name, equals: own }
        : { index: "secretEnds", equals: own, to: daysBehind(room.runtime.now(), endsWithinDays).toISOString() };
    const query = {
      ...part,
      limit: pageSize || 50,
      ...(pageToken && { after: pageToken }),
    };
    const { items, next } = await orderedPage(
      room.apps,
      query,
      { orderBy, keys: KEYS },
      ({ key, value }) =>
        holdsPart(search, [key, String(value.name)]) &&
        (departmentCode === "" || value.departmentCode === departmentCode) &&
        (endsWithinDays === 0 || needsSecret(value)),
    );
    return { apps: items.map(toldApp), nextPageToken: next ?? "" };
  };
}

/** An app that is disabled, or proves itself by a key, needs none. */
function needsSecret({ disabled, proof }: AppDocument["value"]): boolean {
  return disabled !== true && proof === undefined;
}
