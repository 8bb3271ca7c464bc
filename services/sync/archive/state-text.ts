import type { CertificateState } from "../../../proto/gen/ecert/sync/v1/certificate_record_pb.ts";
import { Refusal } from "../../domain/refusal.ts";
import { RECORD_STATES } from "../../record/record-state.ts";

/** A record's state as digests name it. Throws `INVALID_FIELD` for a state that no archived certificate has. */
export function stateText(state: CertificateState): (typeof RECORD_STATES)[keyof typeof RECORD_STATES] {
  const text = (RECORD_STATES as { [state: number]: ReturnType<typeof stateText> | undefined })[state];
  if (text === undefined) throw new Refusal("INVALID_FIELD", `state ${state} is not one of an issued certificate`);
  return text;
}
