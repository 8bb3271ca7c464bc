import { AppSchema } from "../../../proto/gen/ecert/catalog/v1/registry_pb.ts";
import type { RegistryService } from "../../../proto/gen/ecert/catalog/v1/registry_service_pb.ts";
import { callerName } from "../../call/chain/caller.ts";
import type { Handlers } from "../../call/chain/service.ts";
import type { CatalogContext } from "../context.ts";
import { isDepartmentWithin } from "../registry/reach.ts";
import { fromNowOn } from "../registry/refusals.ts";
import { changeRecord, readRecord } from "../registry/registry.ts";
import { unknownApp } from "../registry/unknown-app.ts";

/** Revokes all tokens that an app has now; an app of another node is that node's to revoke. */
export function revokeTokens(context: CatalogContext): Handlers<typeof RegistryService>["revokeTokens"] {
  const { runtime } = context;
  return async ({ appKey, cause }, { reach, caller: by }) => {
    const app = await readRecord(context, AppSchema, "app", runtime.config.node.code, appKey);
    const within = app !== undefined && (await isDepartmentWithin(context, reach, app.departmentCode));
    const tokensNotBefore = fromNowOn(context);
    await changeRecord(
      context,
      "app",
      appKey,
      (old) => {
        if (old && within) return { value: old.value, tokensNotBefore };
        throw unknownApp(appKey);
      },
      by,
    );
    await runtime.evidence.append("tokens-revoked", { app: appKey, tokensNotBefore, cause, by: callerName(by) });
    return { tokensNotBefore };
  };
}
