import type { TokenService } from "../../../proto/gen/ecert/identity/v1/token_service_pb.ts";
import type { Handlers } from "../../call/chain/service.ts";
import type { AppRoom } from "../apps/app-room.ts";
import { provenApp } from "./issue-access-token.ts";

/** 5.9.3: AppKey and secret that came to the token endpoint of OAuth 2, judged as those that come over RPC. */
export function proveApp(context: AppRoom): Handlers<typeof TokenService>["proveApp"] {
  return async ({ appKey, appSecret, address }, call) => {
    await provenApp(context, appKey, appSecret, { address, signal: call.signal, note: call.note });
    return {};
  };
}
