import { AppSchema } from "../../../proto/gen/ecert/identity/v1/app_pb.ts";
import type { AppService } from "../../../proto/gen/ecert/identity/v1/app_service_pb.ts";
import { newSecret } from "../../base/secret.ts";
import { callerName } from "../../call/chain/caller.ts";
import type { Handlers } from "../../call/chain/service.ts";
import type { JsonObject } from "../../domain/canonical.ts";
import { readRecord } from "../../registry/keep-record.ts";
import { isDepartmentWithin } from "../../registry/reach.ts";
import type { AppRoom } from "../apps/app-room.ts";
import { revoked, withoutOld } from "../apps/app-secrets.ts";
import { changeApp } from "../apps/change-app.ts";
import { fromNowOn } from "../apps/refusals.ts";
import { hashSecret } from "../apps/secret.ts";
import { toldApp } from "../apps/told-app.ts";
import { unknownApp } from "../apps/unknown-app.ts";

/** Ends secrets of an app, and with them its tokens: whoever has got hold of one has tokens too. */
export function revokeSecret(context: AppRoom): Handlers<typeof AppService>["revokeSecret"] {
  const { runtime } = context;
  return async ({ appKey, cause, onlyOld }, { reach, caller: by }) => {
    const app = await readRecord(context, AppSchema, "app", runtime.config.node.code, appKey);
    const within = app !== undefined && (await isDepartmentWithin(context, reach, app.departmentCode));
    const hash = await hashSecret(newSecret(runtime.randomBytes), runtime.randomBytes);
    let ended: JsonObject | undefined;
    const document = await changeApp(
      context,
      appKey,
      (old) => {
        if (!old || !within) throw unknownApp(appKey);
        const secrets = onlyOld ? withoutOld(old) : revoked(old, hash, runtime.now());
        const tokensNotBefore = fromNowOn(context);
        ended = secrets && { app: appKey, onlyOld, tokensNotBefore, cause, by: callerName(by) };
        return secrets && { value: old.value, secrets, tokensNotBefore };
      },
      by,
    );
    if (ended) await runtime.evidence.append("secret-revoked", ended);
    return { app: toldApp(document) };
  };
}
