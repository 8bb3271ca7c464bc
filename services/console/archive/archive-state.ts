import { CertificateState } from "../../../proto/gen/ecert/sync/v1/certificate_record_pb.ts";
import { lifeState } from "../audit/life-state.ts";
import type { ShownState } from "../shell/state-mark.tsx";

const WORDS: Readonly<Record<number, string>> = {
  [CertificateState.ISSUED]: "issued",
  [CertificateState.SUSPENDED]: "suspended",
  [CertificateState.REVOKED]: "revoked",
  [CertificateState.SUPERSEDED]: "superseded",
};

/** States of archived certificates, in the order of their life. */
export const ARCHIVE_STATES: readonly CertificateState[] = Object.keys(WORDS).map(Number) as CertificateState[];

/** How the state of an archived certificate is shown: as on the pages of certificates. */
export function archiveState(state: CertificateState): ShownState {
  return lifeState(WORDS[state] ?? String(state));
}
