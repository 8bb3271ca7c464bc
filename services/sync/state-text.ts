import { CertificateState } from "../../proto/gen/ecert/sync/v1/certificate_record_pb.ts";
import { Refusal } from "../domain/refusal.ts";

const TEXTS: Partial<Record<CertificateState, string>> = {
  [CertificateState.ISSUED]: "issued",
  [CertificateState.SUSPENDED]: "suspended",
  [CertificateState.REVOKED]: "revoked",
  [CertificateState.SUPERSEDED]: "superseded",
};

/** A record's state as digests name it. Throws `INVALID_FIELD` for a state that no archived certificate has. */
export function stateText(state: CertificateState): string {
  const text = TEXTS[state];
  if (text === undefined) throw new Refusal("INVALID_FIELD", `state ${state} is not one of an issued certificate`);
  return text;
}
