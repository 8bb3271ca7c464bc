import type { VerifyService } from "../../../proto/gen/ecert/usage/v1/verify_service_pb.ts";
import type { CallLimit } from "../../call/chain/call-limit.ts";
import type { Handlers } from "../../call/chain/service.ts";
import type { UsageContext } from "../context.ts";

/** Begins a document that anybody hands in part by part, or tells how much of it has come. */
export function beginDocument(
  { handedDocuments }: UsageContext,
  limit: CallLimit,
): Handlers<typeof VerifyService>["beginDocument"] {
  return async ({ documentId, bytes, sha256 }, { address }) => {
    limit.admit(address);
    const { received, expires } = handedDocuments.begin(documentId, { bytes, sha256 }, address);
    return { received, expires: expires.toISOString() };
  };
}
