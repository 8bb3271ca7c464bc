import { type App, AppSchema } from "../../../proto/gen/ecert/catalog/v1/registry_pb.ts";
import type { TokenService } from "../../../proto/gen/ecert/catalog/v1/token_service_pb.ts";
import { Refusal } from "../../domain/refusal.ts";
import type { CallContext, Handlers } from "../../runtime/service.ts";
import type { CatalogContext } from "../context.ts";
import { speaksFor } from "../departments.ts";
import { quotaOf } from "../quota.ts";
import { type RegistryDocument, recordId } from "../records.ts";
import { storedValue } from "../stored-value.ts";

/** An account as it was read, and a time not after that: no token may seem younger than what it stands on. */
interface Read {
  document: RegistryDocument | undefined;
  at: Date;
}

/** 5.9.3: an access token for AppKey and secret. Apps of cities are known to the province, which stands in for them. */
export function issueAccessToken(context: CatalogContext): Handlers<typeof TokenService>["issueAccessToken"] {
  const { runtime } = context;
  return async ({ appKey, appSecret }, call) => {
    const signer = runtime.tokens;
    if (!signer) throw new Refusal("UNIMPLEMENTED", "this process has no token key; call the node's catalog service");
    const account = await provenAccount(context, appKey, appSecret, call);
    if (!account?.document) {
      throw new Refusal(
        "CREDENTIAL_REFUSED",
        "AppKey or secret is wrong; ask the node's operator to rotate the secret",
      );
    }
    const app = storedValue(AppSchema, account.document.value);
    if (app.disabled) throw new Refusal("CREDENTIAL_REFUSED", "the app is disabled; ask the node's operator");
    if (!(await speaksFor(context, app))) {
      throw new Refusal("CREDENTIAL_REFUSED", "the app names a department of another node; ask the node's operator");
    }
    const { token, expiresAt } = await signer.sign({ ...claimsOf(app), issuedAt: issueTime(account) });
    const seconds = Math.floor((expiresAt.getTime() - runtime.now().getTime()) / 1000);
    return { accessToken: token, expiresInSeconds: seconds, scopes: app.scopes };
  };
}

/** The account if the secret is right. A name of no app is taken for a wrong secret, in the same time. */
async function provenAccount(
  { registry, runtime, attempts, secrets, guesses }: CatalogContext,
  appKey: string,
  appSecret: string,
  call: CallContext,
): Promise<Read | undefined> {
  const read = async (): Promise<Read> => {
    const at = runtime.now();
    const document = await registry.get(recordId("app", runtime.config.node.code, appKey));
    call.note({ app: document ? appKey : "unknown" });
    return { document, at };
  };
  if (secrets.remembers(appKey)) {
    const account = await read();
    if (secrets.isKnown(appKey, appSecret, account.document)) return account;
  }
  return attempts.run({ address: call.address, app: appKey }, call.signal, async () => {
    // Meanwhile another attempt may have shown the secret to be right.
    const fresh = await read();
    if (secrets.isKnown(appKey, appSecret, fresh.document)) return fresh;
    if (await secrets.compare(appKey, appSecret, fresh.document)) return fresh;
    guesses.count(fresh.document && appKey);
    return undefined;
  });
}

function claimsOf(app: App) {
  const { callsPerMinute } = quotaOf(app);
  return { app: app.key, department: app.departmentCode, scopes: app.scopes, callsPerMinute };
}

/** After a revocation, which lies ahead by what clocks may differ, a token is from its time and so none of those revoked. */
function issueTime({ document, at }: Read): Date {
  const before = Date.parse(document?.refusedBefore ?? "1970-01-01T00:00:00Z");
  return before > at.getTime() ? new Date(before) : at;
}
