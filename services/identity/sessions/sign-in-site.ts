import { SECRET } from "../../base/secret.ts";
import { type ConnectRequest, pathOf } from "../../call/listen/connect-request.ts";
import type { Site } from "../../call/listen/site.ts";
import { answerSite, noSuchPage, type SiteAnswer, wantsPage } from "../../call/listen/site-answer.ts";
import { sha256Hex } from "../../domain/canonical.ts";
import type { Reason } from "../../domain/reason.ts";
import { Refusal, refuseField } from "../../domain/refusal.ts";
import { accountOfFingerprint } from "../accounts/find-account.ts";
import { judgeCertificate } from "../certificates/judge-certificate.ts";
import type { IdentityContext } from "../context.ts";
import { faultsOf } from "./session-page.ts";
import type { ShownCertificate } from "./session-record.ts";
import { staffOf } from "./sessions.ts";
import { shownChain } from "./shown-chain.ts";
import { giveCode, noAccount } from "./sign-in-code.ts";
import { fits } from "./standing-of-account.ts";

/**
 * The page `/sign-in?state=…` of the listener that asks for certificates. It judges the one that TLS has proven, finds the account that it is bound
 * to, and gives out a code that begins a session on the Connect listener: by sending the browser there, or in JSON (`{"code": …}`) to a program.
 */
export function signInSite(context: IdentityContext): Site {
  return {
    listener: "signIn",
    path: "/sign-in",
    serve: (request, response) => answerSite(request, response, () => signIn(context, request), faultsOf(context)),
  };
}

async function signIn(context: IdentityContext, request: ConnectRequest): Promise<SiteAnswer> {
  if (request.method !== "GET" || pathOf(request) !== "/sign-in") throw noSuchPage(request.method, pathOf(request));
  const { origin } = staffOf(context);
  const state = new URL(request.url, origin).searchParams.get("state") ?? "";
  if (!SECRET.test(state)) throw stateMissing();
  const [leaf, ...above] = shownChain(request);
  if (!leaf) throw certificateMissing();
  try {
    return await signInWith(context, request, [leaf, ...above], state);
  } catch (error) {
    await countRefusal(context, leaf, error);
    throw error;
  }
}

async function signInWith(
  context: IdentityContext,
  request: ConnectRequest,
  [leaf, ...above]: [Uint8Array, ...Uint8Array[]],
  state: string,
): Promise<SiteAnswer> {
  const judged = await judgeCertificate(context, leaf, { field: "certificate", chain: above });
  const { fingerprint } = judged;
  const account = await accountOfFingerprint(context, fingerprint);
  if (!account || account.disabled || !fits(account, judged.organizationCode)) throw noAccount();
  const certificates = [leaf, ...above].map((der) => Buffer.from(der).toString("base64"));
  const shown: ShownCertificate = { fingerprint, certificates };
  const code = await giveCode(context, account, shown, state);
  const { origin } = staffOf(context);
  return wantsPage(request) ? { location: `${origin}/session/redeem?code=${code}` } : { json: { code } };
}

/**
 * 5.9.5: a sign-in that was refused becomes evidence: by the account that the certificate is bound to, whose key TLS has proven, and by what is wrong; certificates that
 * are bound to none share their lines, since anybody can make one.
 */
async function countRefusal(context: IdentityContext, leaf: Uint8Array, error: unknown): Promise<void> {
  if (!(error instanceof Refusal) || !REFUSED.has(error.reason)) return;
  const { fault = error.reason } = error.metadata;
  const bound = await accountOfFingerprint(context, sha256Hex(leaf)).catch(() => undefined);
  const whose = bound ? { account: bound._id, department: bound.department } : {};
  context.refusedSignIns.count(`${bound?._id ?? ""} ${fault}`, { fault, reason: error.reason, ...whose });
}

const REFUSED: ReadonlySet<Reason> = new Set<Reason>(["STAFF_CERTIFICATE_REFUSED", "SIGN_IN_REFUSED"]);

function certificateMissing(): Refusal {
  const description = "the browser has shown no certificate";
  const remedy = "insert the certificate key, choose its certificate, and begin anew";
  const localized = "浏览器未出示数字证书，请插入数字证书Key并选择证书后重新登录";
  return new Refusal("STAFF_CERTIFICATE_REFUSED", `certificate: ${description}`, {
    fields: [{ field: "certificate", description, remedy, localized }],
    metadata: { fault: "missing" },
  });
}

function stateMissing(): Refusal {
  const remedy = "begin with POST /session/start at the node's own address, which gives it";
  const localized = "缺少登录标识，请从本节点的登录页面开始";
  return refuseField("INVALID_FIELD", "state", "is no state of a sign-in", remedy, localized);
}
