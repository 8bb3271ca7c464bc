import type { RecoveryService } from "../../../proto/gen/ecert/issue/v1/recovery_service_pb.ts";
import type { Handlers } from "../../call/chain/service.ts";
import { sha256Hex } from "../../domain/canonical.ts";
import { refuseField } from "../../domain/refusal.ts";
import type { IssueContext } from "../context.ts";

/** 4.6.2: keeps a file of a certificate that is about to be brought back. */
export function restoreBlob({ runtime }: IssueContext): Handlers<typeof RecoveryService>["restoreBlob"] {
  return async ({ sha256, content }) => {
    if (sha256Hex(content) !== sha256)
      throw refuseField(
        "INVALID_FIELD",
        "content",
        "has another digest",
        "send the content that the digest names",
        "内容与摘要不符，请提交该摘要对应的内容",
      );
    await runtime.store.blobs.put(content);
    return {};
  };
}
