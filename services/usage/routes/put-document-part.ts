import type { VerifyService } from "../../../proto/gen/ecert/usage/v1/verify_service_pb.ts";
import type { CallLimit } from "../../call/chain/call-limit.ts";
import type { Handlers } from "../../call/chain/service.ts";
import type { UsageContext } from "../context.ts";

/** Takes a part of a document, or one again. */
export function putDocumentPart(
  { handedDocuments }: UsageContext,
  limit: CallLimit,
): Handlers<typeof VerifyService>["putDocumentPart"] {
  return async ({ documentId, offset, content }, { address }) => {
    limit.admit(address);
    return { received: handedDocuments.put(documentId, offset, content) };
  };
}
