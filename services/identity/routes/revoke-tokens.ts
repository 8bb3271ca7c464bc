import { AppSchema } from "../../../proto/gen/ecert/identity/v1/app_pb.ts";
import type { AppService } from "../../../proto/gen/ecert/identity/v1/app_service_pb.ts";
import { callerName } from "../../call/chain/caller.ts";
import type { Handlers } from "../../call/chain/service.ts";
import { readRecord } from "../../registry/keep-record.ts";
import { isDepartmentWithin } from "../../registry/reach.ts";
import type { AppRoom } from "../apps/app-room.ts";
import { changeApp } from "../apps/change-app.ts";
import { fromNowOn } from "../apps/refusals.ts";
import { unknownApp } from "../apps/unknown-app.ts";

/** Revokes all tokens that an app has now; an app of another node is that node's to revoke. */
export function revokeTokens(context: AppRoom): Handlers<typeof AppService>["revokeTokens"] {
  const { runtime } = context;
  return async ({ appKey, cause }, { reach, caller: by }) => {
    const app = await readRecord(context, AppSchema, "app", runtime.config.node.code, appKey);
    const within = app !== undefined && (await isDepartmentWithin(context, reach, app.departmentCode));
    const tokensNotBefore = fromNowOn(context);
    await changeApp(
      context,
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
