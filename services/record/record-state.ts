import { CertificateState } from "../../proto/gen/ecert/sync/v1/certificate_record_pb.ts";

/** States that an archived certificate can have, as the domain, digests and reports name them. */
export const RECORD_STATES = {
  [CertificateState.ISSUED]: "issued",
  [CertificateState.SUSPENDED]: "suspended",
  [CertificateState.REVOKED]: "revoked",
  [CertificateState.SUPERSEDED]: "superseded",
} as const;
