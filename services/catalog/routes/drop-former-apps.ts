import type { FormerAppsService } from "../../../proto/gen/ecert/catalog/v1/former_apps_service_pb.ts";
import type { Handlers } from "../../call/chain/service.ts";
import type { CatalogContext } from "../context.ts";

/** Removes what the identity service has carried over. */
export function dropFormerApps({
  former,
  runtime,
}: CatalogContext): Handlers<typeof FormerAppsService>["dropFormerApps"] {
  return async ({ rows }) => {
    let dropped = 0;
    for (const { kind, id, revision } of rows) if (await former.drop(kind, id, Number(revision))) dropped += 1;
    if (dropped > 0) await runtime.evidence.append("apps-carried-over", { rows: dropped });
    return { dropped };
  };
}
