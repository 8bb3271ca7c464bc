import type { TokenService } from "../../../proto/gen/ecert/catalog/v1/token_service_pb.ts";
import type { Handlers } from "../../call/chain/service.ts";
import type { CatalogContext } from "../context.ts";
import { provenApp } from "./issue-access-token.ts";

/** 5.9.3: AppKey and secret that came to the token endpoint of OAuth 2, judged as those that come over RPC. */
export function proveApp(context: CatalogContext): Handlers<typeof TokenService>["proveApp"] {
  return async ({ appKey, appSecret, address }, call) => {
    await provenApp(context, appKey, appSecret, { address, signal: call.signal, note: call.note });
    return {};
  };
}
