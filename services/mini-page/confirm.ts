import { IssueService } from "../../proto/gen/ecert/issue/v1/issue_service_pb.ts";
import { Faulty } from "../public-page/fault.ts";
import { keyFault } from "../security-key/ask-key.ts";
import { type Confirmed, confirmOrders } from "../security-key/confirm-orders.ts";
import { faceDigest } from "../security-key/face-digest.ts";
import { WITHOUT_CONFIRMATION } from "../staff-model/without-confirmation.ts";
import type { Counter } from "./counter.ts";
import { keyForOtherPage, TEXTS } from "./mini-texts.ts";

/**
 * Has the officer's security key confirm exactly the face that is shown (5.9.5), where the department's agent asks for that; resolves to `undefined` where it
 * does not. `signal` gives it up. Throws {@link Faulty}: then nothing was issued.
 */
export async function confirmed(
  counter: Counter,
  businessSerial: string,
  face: Uint8Array,
  signal: AbortSignal,
): Promise<Confirmed | undefined> {
  const asked = { businessSerials: [businessSerial] };
  const prepared = await counter.session
    .call(IssueService.method.prepareConfirmation, asked)
    .catch((error: unknown) => {
      if (error instanceof Faulty && WITHOUT_CONFIRMATION.includes(error.fault.reason)) return undefined;
      throw error;
    });
  if (!prepared) return undefined;
  const shown = await faceDigest(face);
  if (prepared.orders.some(({ faceSha256 }) => faceSha256 !== shown)) throw new Faulty(TEXTS.otherFace);
  counter.tell(TEXTS.touch);
  try {
    return await confirmOrders(prepared, signal);
  } catch (error) {
    const fault = keyFault(error);
    if (!fault) throw error;
    throw new Faulty(fault === "other-page" ? keyForOtherPage(location.hostname) : TEXTS.keyRefused);
  } finally {
    counter.tell();
  }
}
