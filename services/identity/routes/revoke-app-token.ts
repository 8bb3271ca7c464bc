import type { TokenService } from "../../../proto/gen/ecert/identity/v1/token_service_pb.ts";
import type { Handlers } from "../../call/chain/service.ts";
import type { AppRoom } from "../apps/app-room.ts";
import { refuseToken } from "../apps/refused-tokens.ts";

/** RFC 7009: refuses one token of an app until it ends. */
export function revokeAppToken(context: AppRoom): Handlers<typeof TokenService>["revokeAppToken"] {
  return async ({ appKey, tokenId, tokenEnds }) => {
    const isNew = await refuseToken(context, appKey, tokenId, tokenEnds);
    if (isNew) await context.runtime.evidence.append("token-revoked", { app: appKey, token: tokenId });
    return {};
  };
}
