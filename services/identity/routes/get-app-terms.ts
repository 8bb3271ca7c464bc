import { AppSchema } from "../../../proto/gen/ecert/identity/v1/app_pb.ts";
import type { AppService } from "../../../proto/gen/ecert/identity/v1/app_service_pb.ts";
import type { Handlers } from "../../call/chain/service.ts";
import { refuseField } from "../../domain/refusal.ts";
import { storedValue } from "../../registry/stored-value.ts";
import { appId } from "../apps/app-record.ts";
import type { AppRoom } from "../apps/app-room.ts";
import { quotaOf } from "../apps/quota.ts";

/** What other services decide by of an app of this node, at the province of any. */
export function getAppTerms({ apps }: AppRoom): Handlers<typeof AppService>["getAppTerms"] {
  return async ({ appKey }) => {
    const document = await apps.get(appId(appKey));
    if (!document)
      throw refuseField(
        "APP_UNKNOWN",
        "app_key",
        `no app ${appKey}`,
        "ask the node's operator to register it",
        `没有应用${appKey}，请核对AppKey，或请节点运维登记`,
      );
    const app = storedValue(AppSchema, document.value);
    return { app, quota: quotaOf(app) };
  };
}
