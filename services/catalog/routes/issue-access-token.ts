import { fromJson } from "@bufbuild/protobuf";
import { AppSchema } from "../../../proto/gen/ecert/catalog/v1/registry_pb.ts";
import type { TokenService } from "../../../proto/gen/ecert/catalog/v1/token_service_pb.ts";
import { Refusal } from "../../domain/refusal.ts";
import type { Handlers } from "../../runtime/service.ts";
import type { CatalogContext } from "../context.ts";
import { recordId } from "../records.ts";
import { secretMatches } from "../secret.ts";

/** 5.9.3: an access token for AppKey and secret. Apps of cities are known to the province, which stands in for them. */
export function issueAccessToken(context: CatalogContext): Handlers<typeof TokenService>["issueAccessToken"] {
  const { registry, runtime, attempts } = context;
  return async ({ appKey, appSecret }, call) => {
    const signer = runtime.tokens;
    if (!signer) throw new Refusal("UNIMPLEMENTED", "this process has no token key; call the node's catalog service");
    attempts.admit(appKey);
    const document = await registry.get(recordId("app", runtime.config.node.code, appKey));
    call.note({ app: document ? appKey : "unknown" });
    if (!(await secretMatches(appSecret, document?.secretHash)) || !document) {
      attempts.failed(appKey);
      await runtime.evidence.append("token-refused", { app: document ? appKey : "unknown" });
      throw new Refusal(
        "CREDENTIAL_REFUSED",
        "AppKey or secret is wrong; ask the node's operator to rotate the secret",
      );
    }
    const app = fromJson(AppSchema, document.value);
    const { token, expiresAt } = await signer.sign({
      app: app.key,
      department: app.departmentCode,
      scopes: app.scopes,
    });
    const seconds = Math.floor((expiresAt.getTime() - runtime.now().getTime()) / 1000);
    return { accessToken: token, expiresInSeconds: seconds, scopes: app.scopes };
  };
}
