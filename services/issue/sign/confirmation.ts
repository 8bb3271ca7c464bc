import type { Confirmation } from "../../../proto/gen/ecert/issue/v1/confirmation_pb.ts";
import type { Officer } from "../../domain/console-app.ts";
import { Refusal, refuseField } from "../../domain/refusal.ts";
import type { OfficersConfirmation } from "../agents/signing-order.ts";
import type { IssueContext } from "../context.ts";
import { type CertificateDocument, messageOf } from "../record/certificate.ts";

/** Who confirms, and which certificate of which department's console. */
export interface ConfirmationCase {
  document: CertificateDocument;
  department: string;
  officer: Officer | undefined;
}

/**
 * Refuses a confirmation that a system sends (`INVALID_FIELD`), and one by a security key that the department's list gives to another account
 * (`PERMISSION_DENIED`): who is named as the one who issued is the one who confirmed. All else of it the agent judges.
 */
export function requireOwnConfirmation(
  { signing }: IssueContext,
  confirmation: Confirmation | undefined,
  { document, department, officer }: ConfirmationCase,
): void {
  if (!confirmation) return;
  if (!officer) {
    const remedy = "leave it out: what a system orders it signs itself (origin)";
    const localized = "仅工作人员在界面上确认；业务系统请去掉该项，使用来源签名";
    throw refuseField("INVALID_FIELD", "confirmation", "is for staff", remedy, localized);
  }
  const { seal } = messageOf(document).metadata;
  const list = signing.officers(seal, { item: document.itemCode, department });
  const owners = list?.keys.filter(({ credentialId }) => Buffer.compare(credentialId, confirmation.credentialId) === 0);
  const [owner] = owners ?? [];
  if (!owner || owner.account === officer.account) return;
  const field = "confirmation.credential_id";
  const description = `is a security key of another account than ${officer.account}`;
  throw new Refusal("PERMISSION_DENIED", `${field} ${description}`, {
    fields: [
      {
        field,
        description,
        remedy: "confirm with a security key of your own",
        localized: "安全密钥属于其他账户，请使用本人的安全密钥确认",
      },
    ],
  });
}

/** The confirmation as it goes on to the agent. */
export function handedOn({
  signedAt,
  orders,
  credentialId,
  authenticatorData,
  clientDataJson,
  signature,
}: Confirmation): OfficersConfirmation {
  return { signedAt, orders, credentialId, authenticatorData, clientDataJson, signature };
}

/** What evidence says of a confirmation: the credential id, and the counter that the security key tells. */
export function confirmationIn(confirmation: Confirmation | undefined): {
  confirmedBy?: string;
  confirmedCounter?: number;
} {
  if (!confirmation) return {};
  const { credentialId, authenticatorData } = confirmation;
  const data = Buffer.from(authenticatorData);
  return {
    confirmedBy: Buffer.from(credentialId).toString("base64url"),
    confirmedCounter: data.length < 37 ? 0 : data.readUInt32BE(33),
  };
}
