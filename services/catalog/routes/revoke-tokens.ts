import type { RegistryService } from "../../../proto/gen/ecert/catalog/v1/registry_service_pb.ts";
import { refuseField } from "../../domain/refusal.ts";
import type { Handlers } from "../../runtime/service.ts";
import type { CatalogContext } from "../context.ts";
import { fromNowOn } from "../refusals.ts";
import { changeRecord } from "../registry.ts";

/** Revokes all tokens that an app has now; an app of another node is that node's to revoke. */
export function revokeTokens(context: CatalogContext): Handlers<typeof RegistryService>["revokeTokens"] {
  const { runtime } = context;
  return async ({ appKey, cause }) => {
    const tokensNotBefore = fromNowOn(context);
    await changeRecord(context, "app", appKey, (old) => {
      if (old) return { value: old.value, tokensNotBefore };
      throw refuseField(
        "APP_UNKNOWN",
        "app_key",
        `no app ${appKey} at this node`,
        "name an app that PutApp has stored",
      );
    });
    await runtime.evidence.append("tokens-revoked", { app: appKey, tokensNotBefore, cause });
    return { tokensNotBefore };
  };
}
