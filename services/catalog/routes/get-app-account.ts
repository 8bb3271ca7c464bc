import { AppSchema } from "../../../proto/gen/ecert/catalog/v1/registry_pb.ts";
import type { TokenService } from "../../../proto/gen/ecert/catalog/v1/token_service_pb.ts";
import { abortable } from "../../base/abortable.ts";
import type { Handlers } from "../../call/chain/service.ts";
import { Refusal } from "../../domain/refusal.ts";
import type { CatalogContext } from "../context.ts";
import { claimsOf, issueTime, requireServed } from "../registry/app-account.ts";
import { recordId } from "../stored/records.ts";
import { storedValue } from "../stored/stored-value.ts";

/** What a token of an app would hold, and by what the app proves itself. */
export function getAppAccount(context: CatalogContext): Handlers<typeof TokenService>["getAppAccount"] {
  const { runtime, registry, watch } = context;
  return async ({ appKey }, call) => {
    // By an older copy an old key would be right, and a new one wrong.
    const node = appKey.slice(0, appKey.indexOf("-"));
    await abortable(watch.requireAccount(node, recordId("app", node, appKey)), call.signal);
    const at = runtime.now();
    const document = await registry.get(recordId("app", runtime.config.node.code, appKey));
    call.note({ app: document ? appKey : "unknown" });
    if (!document) return {};
    const app = storedValue(AppSchema, document.value);
    const { department, scopes, callsPerMinute } = claimsOf(app);
    return {
      refusal: await refusalOf(requireServed(context, app)),
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
