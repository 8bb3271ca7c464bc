import type { MessageMetadata } from "../services/domain/message.ts";
import { Refusal } from "../services/domain/refusal.ts";
import { qrSignedText, qrStatementOf, qrText, readQrText } from "../services/domain/signed-qr.ts";
import { refuseMember } from "./refuse-member.ts";

/** As long as any signature: whether a text fits does not hang on which. */
const SOME_SIGNATURE = "A".repeat(86);

/**
 * Holds the text of the QR code to what the message says: it is there unless it would be too long, states this certificate and no other,
 * and is signed by the node. `signedByNode` judges that signature. Rejects with `POLICY_REFUSED` with `metadata.qr`.
 */
export async function checkQr(
  { qr, ...metadata }: MessageMetadata,
  signedByNode: (text: string, signature: string) => Promise<boolean>,
): Promise<void> {
  const statement = qrStatementOf(metadata);
  const refused = (why: string) => refuseMember("metadata.qr", qr ?? "absent", why);
  if (qr === undefined) {
    if (fits(statement)) throw refused("the faces must bear the signed QR text");
    return;
  }
  const { signed, signature } = read(qr, refused);
  if (signed !== qrSignedText(statement)) throw refused("it states something else than the metadata");
  if (!(await signedByNode(signed, signature))) throw refused("no key of the node has signed it that is in use now");
}

function read(qr: string, refused: (why: string) => Refusal): { signed: string; signature: string } {
  try {
    return readQrText(qr);
  } catch (error) {
    throw error instanceof Refusal ? refused(error.message) : error;
  }
}

function fits(statement: ReturnType<typeof qrStatementOf>): boolean {
  try {
    qrText(statement, SOME_SIGNATURE);
    return true;
  } catch {
    return false;
  }
}
