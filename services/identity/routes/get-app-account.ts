import { AppSchema } from "../../../proto/gen/ecert/identity/v1/app_pb.ts";
import type { TokenService } from "../../../proto/gen/ecert/identity/v1/token_service_pb.ts";
import { abortable } from "../../base/abortable.ts";
import type { Handlers } from "../../call/chain/service.ts";
import { Refusal } from "../../domain/refusal.ts";
import { storedValue } from "../../registry/stored-value.ts";
import { requireAccount } from "../apps/account-watch.ts";
import { claimsOf, issueTime, requireServed } from "../apps/app-account.ts";
import { appId } from "../apps/app-record.ts";
import type { AppRoom } from "../apps/app-room.ts";

/** What a token of an app would hold, and by what the app proves itself. */
export function getAppAccount(room: AppRoom): Handlers<typeof TokenService>["getAppAccount"] {
  const { runtime, apps } = room;
  return async ({ appKey }, call) => {
    // By an older copy an old key would be right, and a new one wrong.
    await abortable(requireAccount(room, appKey), call.signal);
    const at = runtime.now();
    const document = await apps.get(appId(appKey));
    call.note({ app: document ? appKey : "unknown" });
    if (!document) return {};
    const app = storedValue(AppSchema, document.value);
    const { department, scopes, callsPerMinute } = claimsOf(app);
    return {
      refusal: await refusalOf(requireServed(room, app)),
      departmentCode: department,
      scopes,
      callsPerMinute,
      issuedAt: issueTime(document, at).toISOString(),
      ...(app.proof && { proof: app.proof }),
    };
  };
}

function refusalOf(required: Promise<void>): Promise<string> {
  return required.then(
    () => "",
    (error: unknown) => {
      if (error instanceof Refusal && error.reason === "CREDENTIAL_REFUSED") return error.message;
      throw error;
    },
  );
}
