import { type App, AppSchema } from "../../../proto/gen/ecert/identity/v1/app_pb.ts";
import type { TokenService } from "../../../proto/gen/ecert/identity/v1/token_service_pb.ts";
import { abortable } from "../../base/abortable.ts";
import type { CallContext, Handlers } from "../../call/chain/service.ts";
import { Refusal } from "../../domain/refusal.ts";
import { isNodeCode } from "../../domain/sandbox.ts";
import { storedValue } from "../../registry/stored-value.ts";
import { requireAccount } from "../apps/account-watch.ts";
import { claimsOf, issueTime, requireServed } from "../apps/app-account.ts";
import { type AppDocument, appId } from "../apps/app-record.ts";
import type { AppRoom } from "../apps/app-room.ts";
import { isGood, type KeptSecret, secretsOf } from "../apps/app-secrets.ts";

/** An account as it was read, and a time not after that: no token may seem younger than what it stands on. */
interface Read {
  document: AppDocument | undefined;
  secrets: readonly KeptSecret[];
  at: Date;
}

/** An account whose secret was shown to be right. */
interface Proven {
  document: AppDocument;
  secret: KeptSecret;
  at: Date;
}

/** 5.9.3: an access token for AppKey and secret. Apps of cities are known to the province, which stands in for them. */
export function issueAccessToken(context: AppRoom): Handlers<typeof TokenService>["issueAccessToken"] {
  const { runtime } = context;
  return async ({ appKey, appSecret }, call) => {
    const signer = runtime.tokens;
    if (!signer) throw new Refusal("UNIMPLEMENTED", "this process has no token key; call the node's identity service");
    const { app, document, at, secret } = await provenApp(context, appKey, appSecret, call);
    const { token, expiresAt } = await signer.sign({ ...claimsOf(app), issuedAt: issueTime(document, at) });
    const seconds = Math.floor((expiresAt.getTime() - runtime.now().getTime()) / 1000);
    return { accessToken: token, expiresInSeconds: seconds, scopes: app.scopes, secretEnds: secret.ends ?? "" };
  };
}

/** The app that AppKey and secret prove, as it was read. Throws `CREDENTIAL_REFUSED` and `RATE_EXCEEDED`; notes the app for the call log. */
export async function provenApp(
  context: AppRoom,
  appKey: string,
  appSecret: string,
  call: Pick<CallContext, "address" | "signal" | "note">,
): Promise<Proven & { app: App }> {
  const account = await provenAccount(context, appKey, appSecret, call);
  if (!account) throw refusedAccount(appKey, context.runtime.config.node.code);
  const { document, secret, at } = account;
  const app = storedValue(AppSchema, document.value);
  await requireServed(context, app);
  if (!app.proof) {
    context.uses.note(document, secret.hash, at);
    return { app, ...account };
  }
  const message = "the app proves itself by key or certificate: get tokens at the token endpoint of OAuth 2";
  const localizedDetail = "应用以密钥对或证书证明身份，请在OAuth 2令牌端点获取令牌";
  throw new Refusal("CREDENTIAL_REFUSED", message, { localizedDetail });
}

/** An AppKey begins with the node that registered it, so telling the right node tells nothing that the key does not. */
function refusedAccount(appKey: string, here: string): Refusal {
  const [node = ""] = appKey.split("-", 1);
  if (node === here || !isNodeCode(node)) {
    const message = "AppKey or secret is wrong; ask the node's operator to rotate the secret";
    return new Refusal("CREDENTIAL_REFUSED", message, { localizedDetail: "请核对AppKey和密钥，或请节点运维更换密钥" });
  }
  const description = `names an app of node ${node}, this is node ${here}; or the secret is wrong`;
  const remedy = `call node ${node}, or check the secret`;
  const localized = `该应用属于节点${node}，当前节点为${here}；请调用节点${node}，或核对密钥`;
  return new Refusal("CREDENTIAL_REFUSED", `app_key: ${description}`, {
    fields: [{ field: "app_key", description, remedy, localized }],
    metadata: { node: here, app_node: node },
  });
}

/** The account if the secret is right, and good. A name of no app, and a secret that has ended, are taken for a wrong one, in the same time. */
async function provenAccount(
  room: AppRoom,
  appKey: string,
  appSecret: string,
  call: Pick<CallContext, "address" | "signal" | "note">,
): Promise<Proven | undefined> {
  const { apps, runtime, attempts, secrets, guesses } = room;
  const read = async (): Promise<Read> => {
    // By an older copy an old secret would be right, and the new one wrong. Only behind the limit of attempts can this be a wait: a secret is
    // remembered of accounts alone that were judged already.
    await abortable(requireAccount(room, appKey), call.signal);
    const at = runtime.now();
    const document = await apps.get(appId(appKey));
    call.note({ app: document ? appKey : "unknown" });
    return { document, secrets: document ? secretsOf(document) : [], at };
  };
  const known = (account: Read): Proven | undefined => {
    const good = account.secrets.filter((secret) => isGood(secret, account.at));
    return proven(account, secrets.known(appKey, appSecret, hashesOf(good)));
  };
  if (secrets.remembers(appKey)) {
    const account = known(await read());
    if (account) return account;
  }
  return attempts.run({ address: call.address, name: appKey }, call.signal, async () => {
    // Meanwhile another attempt may have shown the secret to be right.
    const fresh = await read();
    const account = known(fresh) ?? proven(fresh, await secrets.compare(appKey, appSecret, hashesOf(fresh.secrets)));
    if (account && isGood(account.secret, account.at)) return account;
    // Only the call log says so: who holds a secret that has ended is told no more than who guesses.
    if (account) call.note({ secret: "ended" });
    guesses.count(fresh.document && appKey);
    return undefined;
  });
}

function proven({ document, secrets, at }: Read, hash: string | undefined): Proven | undefined {
  const secret = secrets.find((one) => one.hash === hash);
  return document && secret && { document, secret, at };
}

function hashesOf(secrets: readonly KeptSecret[]): string[] {
  return secrets.map(({ hash }) => hash);
}
