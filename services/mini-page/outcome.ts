import { type Certificate, CertificateState } from "../../proto/gen/ecert/issue/v1/certificate_pb.ts";
import { IssueService } from "../../proto/gen/ecert/issue/v1/issue_service_pb.ts";
import type { Both } from "../public-page/language.ts";
import type { Counter } from "./counter.ts";
import { isRefused, isUnanswered } from "./session.ts";

/** What is known to have happened to an order: the certificate is there, it is not, or nobody has answered. */
export type Outcome = "there" | "not there" | "unknown";

/** Milliseconds until it is looked up again. */
const PAUSE_MS = 3_000;

/**
 * Looks up what has become of an order whose answer was lost, by its serial, and again until somebody answers; meanwhile `unknown` says what is not known.
 * It only reads. A certificate whose making was broken off counts as not there: making it again goes on with it. `settled` is told once; it ends when
 * another view is shown.
 */
export async function outcomeOf(
  counter: Counter,
  businessSerial: string,
  { unknown, settled }: { unknown: Both; settled: (outcome: Outcome, certificate?: Certificate) => void },
): Promise<void> {
  const { hash } = location;
  while (location.hash === hash) {
    try {
      const { certificate } = await counter.session.call(IssueService.method.getCertificate, { businessSerial });
      const isThere = certificate !== undefined && certificate.state !== CertificateState.MAKING;
      return settled(isThere ? "there" : "not there", certificate);
    } catch (error) {
      if (isRefused(error, "CERTIFICATE_UNKNOWN")) return settled("not there");
      if (!isUnanswered(error)) throw error;
      counter.tell(unknown);
      await untilBack();
    }
  }
}

/** A while, or until the browser says that it is on line again. */
function untilBack(): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      removeEventListener("online", done);
      resolve();
    };
    const timer = setTimeout(done, PAUSE_MS);
    addEventListener("online", done);
  });
}
