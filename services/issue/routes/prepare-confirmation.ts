import type { IssueService } from "../../../proto/gen/ecert/issue/v1/issue_service_pb.ts";
import { appOf } from "../../call/chain/app-of.ts";
import type { CallContext, Handlers } from "../../call/chain/service.ts";
import { transition } from "../../domain/certificate-state.ts";
import { shanghaiDay } from "../../domain/civil-date.ts";
import { confirmationChallenge, confirmedDigest } from "../../domain/confirmation.ts";
import type { Officer } from "../../domain/console-app.ts";
import { originStatementOf } from "../../domain/origin-statement.ts";
import { Refusal } from "../../domain/refusal.ts";
import { rightTime } from "../../host/right-time.ts";
import { keysOf, type ListInForce } from "../agents/told-officers.ts";
import type { IssueContext } from "../context.ts";
import { type CertificateDocument, messageOf } from "../record/certificate.ts";
import { requireOwn } from "../record/repository.ts";
import { requireSeparated } from "../sign/require-separated.ts";

/** 5.9.2, 5.9.5: what an officer's security key has to sign so that made certificates can be issued (核验签发). */
export function prepareConfirmation(context: IssueContext): Handlers<typeof IssueService>["prepareConfirmation"] {
  return async ({ businessSerials }, call) => {
    const { app, department, officer } = appOf(call);
    if (!officer) throw new Refusal("PERMISSION_DENIED", "only staff confirm");
    const now = rightTime(context.runtime);
    const documents = await Promise.all(businessSerials.map((serial) => made(context, call, { app, serial, officer })));
    const lists = await Promise.all(documents.map((one) => listOf(context, call, one, department)));
    const [list] = lists;
    if (!list) throw new Refusal("INVALID_FIELD", "no certificate is named");
    const credentialIds = keysOf(list, officer.account, shanghaiDay(now));
    if (credentialIds.length === 0) throw withoutKey(officer);
    const signedAt = now.toISOString();
    const orders = documents.map((document) => orderOf(document, signedAt));
    const { rpId, maxAgeSeconds } = list;
    const digests = orders.map(({ sha256 }) => sha256);
    const challenge = confirmationChallenge(context.runtime.config.node.code, digests);
    return { challenge, rpId, credentialIds, signedAt, orders, maxAgeSeconds: BigInt(maxAgeSeconds) };
  };
}

/** A certificate that the officer may issue. */
async function made(
  context: IssueContext,
  call: CallContext,
  { app, serial, officer }: { app: string; serial: string; officer: Officer },
): Promise<CertificateDocument> {
  const found = await context.certificates.bySerial(app, serial);
  const own = requireOwn(found, app, { field: "business_serials", name: serial });
  transition(own.state, "issue", "business_serials");
  await requireSeparated(context, call, own, officer);
  return own;
}

/** The list of officers by which the agent of the seal judges that signs today. */
async function listOf(
  { terms, signing, runtime }: IssueContext,
  call: CallContext,
  document: CertificateDocument,
  department: string,
): Promise<ListInForce> {
  const { app, itemCode, businessSerial } = document;
  const issuerCode = messageOf(document).metadata.issuer.code;
  const day = shanghaiDay(rightTime(runtime));
  const { seal } = await terms.issuingTerms({ app, itemCode, issuerCode, day }, call);
  const list = signing.officers(seal.code, { item: itemCode, department });
  if (list?.page !== undefined) throw onItsPage(list.page, itemCode, businessSerial);
  if (list) return list;
  const message = `no connected agent of seal ${seal.code} has told of officers of ${department} who confirm item ${itemCode}`;
  const what = `签署印章${seal.code}的代理未连接，或其策略与部门名单中没有可确认目录项${itemCode}的人员`;
  throw new Refusal(
    "AGENT_AWAY",
    `${message}: have it started, or the item and the department's list put into its policy`,
    {
      retryAfterMs: 2_000,
      metadata: { seal: seal.code, item: itemCode, business_serial: businessSerial },
      localizedDetail: `${what}，请启动代理，或由部门签署名单`,
    },
  );
}

/** What the agent shows itself no page of ours can have confirmed: the order goes there when it is to be issued. */
function onItsPage(page: string, item: string, serial: string): Refusal {
  const message = `item ${item} is confirmed on the page of the agent's own host, ${page}`;
  return new Refusal("POLICY_REFUSED", `${message}: issue without a confirmation, and the order waits there`, {
    metadata: { item, page, business_serial: serial },
    localizedDetail: `目录项${item}在签名代理主机的确认页面 ${page} 确认：请直接签发，该申请随即在该页面等候确认`,
  });
}

function orderOf(document: CertificateDocument, signedAt: string) {
  const message = messageOf(document);
  const statement = originStatementOf(message, signedAt, document.numberGiven);
  return {
    businessSerial: document.businessSerial,
    identifier: document._id,
    sha256: confirmedDigest(statement),
    faceSha256: message.faces.find(({ format }) => format === "pdf")?.sha256 ?? "",
  };
}

function withoutKey({ account }: Officer): Refusal {
  const description = `the department's list of officers has no security key of ${account} that is good today`;
  const remedy = "register one, and have the department sign a list with it";
  return new Refusal("ORIGIN_KEY_UNKNOWN", `${description}: ${remedy}`, {
    metadata: { account },
    localizedDetail: `部门签署的经办人员名单中没有账户${account}今日有效的安全密钥，请登记密钥并由部门签署名单`,
  });
}
