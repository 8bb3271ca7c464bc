import type { MakeOrder } from "../../../proto/gen/ecert/issue/v1/issue_service_pb.ts";
import type { InTurn } from "../../base/in-turn.ts";
import { callerName } from "../../call/chain/caller.ts";
import type { CallContext } from "../../call/chain/service.ts";
import { MAX_ATTACHMENTS_BYTES } from "../../domain/attachment-rule.ts";
import { refuseField } from "../../domain/refusal.ts";
import { uploadUnfinished, uploadUnknown } from "../../domain/upload-refusal.ts";
import type { IssueContext } from "../context.ts";
import { contentOf, usedUploads } from "./upload-content.ts";
import type { UploadDocument } from "./upload-record.ts";
import { ownUpload } from "./uploads.ts";

/** Orders that name uploads, as each comes the next lane. */
const turns = new WeakMap<IssueContext, number>();

/**
 * Does something with an order whose attachments have all their content. `uses`: once that is done, its uploads are used. Refused: `UPLOAD_UNKNOWN`,
 * `ATTACHMENT_REFUSED`.
 */
export async function withUploads<T>(
  context: IssueContext,
  call: CallContext,
  { order, uses }: { order: MakeOrder; uses: boolean },
  work: (order: MakeOrder) => Promise<T>,
): Promise<T> {
  if (order.attachments.every(({ uploadId }) => uploadId === "")) return work(order);
  return laneOf(context)(async () => {
    const named = await uploadsOf(context, call, order);
    const attachments = await Promise.all(
      order.attachments.map(async (one, index) => {
        const upload = named[index];
        if (!upload) return one;
        const content = await contentOf(context, upload);
        if (!content) throw uploadUnknown(upload._id, fieldOf(index));
        return { ...one, content };
      }),
    );
    const done = await work({ ...order, attachments });
    if (uses) await usedUploads(context, named.filter(isThere));
    return done;
  });
}

function laneOf(context: IssueContext): InTurn {
  const turn = turns.get(context) ?? 0;
  turns.set(context, turn + 1);
  return context.uploadLanes[turn % context.uploadLanes.length] as InTurn;
}

const isThere = (upload: UploadDocument | undefined): upload is UploadDocument => upload !== undefined;

/** The upload of each attachment that names one. Refused: `UPLOAD_UNKNOWN`, `ATTACHMENT_REFUSED`. */
async function uploadsOf(context: IssueContext, call: CallContext, { attachments }: MakeOrder) {
  const found: (UploadDocument | undefined)[] = [];
  for (const [index, { uploadId, content }] of attachments.entries()) {
    const field = fieldOf(index);
    const upload = uploadId === "" ? undefined : await ownUpload(context, callerName(call.caller), uploadId, field);
    if (upload && content.length > 0)
      throw refusedUpload(field, "stands beside a content", "name one of both", "与附件内容重复，请只提供其一");
    if (upload && !upload.finished) throw uploadUnfinished(field);
    found.push(upload);
  }
  const bytes = found.reduce((sum, upload) => sum + (upload?.bytes ?? 0), 0);
  if (bytes > MAX_ATTACHMENTS_BYTES) {
    const description = `${bytes} bytes together, at most ${MAX_ATTACHMENTS_BYTES}`;
    const chinese = `附件合计${bytes}字节，最多${MAX_ATTACHMENTS_BYTES}字节，请换用较小的文件`;
    throw refusedUpload("order.attachments", description, "send smaller files", chinese);
  }
  return found;
}

const fieldOf = (index: number) => `order.attachments[${index}].upload_id`;

function refusedUpload(field: string, description: string, remedy: string, chinese: string) {
  return refuseField("ATTACHMENT_REFUSED", field, description, remedy, chinese);
}
