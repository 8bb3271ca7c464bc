import type { DetailedPeerCertificate, TLSSocket } from "node:tls";
import { SECRET } from "../../base/secret.ts";
import { type ConnectRequest, pathOf } from "../../call/listen/connect-request.ts";
import type { Site } from "../../call/listen/site.ts";
import { answerSite, noSuchPage, type SiteAnswer, wantsPage } from "../../call/listen/site-answer.ts";
import { Refusal, refuseField } from "../../domain/refusal.ts";
import { accountOfFingerprint } from "../accounts/find-account.ts";
import { judgeCertificate } from "../certificates/judge-certificate.ts";
import type { IdentityContext } from "../context.ts";
import { faultsOf } from "./session-page.ts";
import type { ShownCertificate } from "./session-record.ts";
import { staffOf } from "./sessions.ts";
import { giveCode, noAccount } from "./sign-in-code.ts";
import { fits } from "./standing-of-account.ts";

/** Authorities that may come with a certificate, at most; more are left out. */
const MOST_AUTHORITIES = 4;

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
  const [leaf, ...above] = chainOf(request.socket as unknown as TLSSocket);
  if (!leaf) throw certificateMissing();
  const judged = await judgeCertificate(context, leaf, { field: "certificate", chain: above });
  const { fingerprint } = judged;
  const account = await accountOfFingerprint(context, fingerprint);
  if (!account || account.disabled || !fits(account, judged.organizationCode)) throw noAccount();
  const certificates = [leaf, ...above].map((der) => Buffer.from(der).toString("base64"));
  const shown: ShownCertificate = { fingerprint, certificates };
  const code = await giveCode(context, account, shown, state);
  return wantsPage(request) ? { location: `${origin}/session/redeem?code=${code}` } : { json: { code } };
}

/** The certificate of a connection and those above it that came with it, DER. */
function chainOf(socket: TLSSocket): Uint8Array[] {
  const found: Uint8Array[] = [];
  let next: DetailedPeerCertificate | undefined = socket.getPeerCertificate(true);
  // Node ends the chain with a root that names itself.
  for (; next?.raw && found.length <= MOST_AUTHORITIES; next = next.issuerCertificate) {
    const { raw } = next;
    if (found.some((der) => Buffer.compare(der, raw) === 0)) break;
    found.push(raw);
  }
  return found;
}

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
