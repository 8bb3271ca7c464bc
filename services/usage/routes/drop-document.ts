import type { VerifyService } from "../../../proto/gen/ecert/usage/v1/verify_service_pb.ts";
import type { CallLimit } from "../../call/chain/call-limit.ts";
import type { Handlers } from "../../call/chain/service.ts";
import type { UsageContext } from "../context.ts";

/** Forgets a document that was handed in part by part. */
export function dropDocument(
  { handedDocuments }: UsageContext,
  limit: CallLimit,
): Handlers<typeof VerifyService>["dropDocument"] {
  return async ({ documentId }, { address }) => {
    limit.admit(address);
    handedDocuments.drop(documentId);
    return {};
  };
}
