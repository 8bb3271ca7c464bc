import type { MessageInitShape } from "@bufbuild/protobuf";
import type { SessionSchema } from "../../../proto/gen/ecert/identity/v1/session_service_pb.ts";
import type { SessionDocument } from "./session-record.ts";

/** A session as its owner sees it from another one, or from itself. */
export function sessionView(session: SessionDocument, own: string): MessageInitShape<typeof SessionSchema> {
  const { _id: id, begun, seen, ends, agent, address, proof } = session;
  const fingerprint = proof === "password" ? "" : session.fingerprint;
  return { id, own: id === own, begun, seen, ends, agent, address, fingerprint };
}
