import { create } from "@bufbuild/protobuf";
import { GetStatusAcrossResponseSchema } from "../../../proto/gen/ecert/sync/v1/exchange_service_pb.ts";
import { FileFormat } from "../../../proto/gen/ecert/type/v1/file_pb.ts";
import { callerName } from "../../call/chain/caller.ts";
import type { CallContext } from "../../call/chain/service.ts";
import { archivedFile } from "../archive/archive-file.ts";
import type { Exchange, SyncContext } from "../context.ts";
import { partOf } from "../exchange/ground.ts";
import { unknownHere } from "../exchange/let-out.ts";
import { requireProvince } from "../exchange/province.ts";
import { type Status, statusOf } from "../exchange/status-across.ts";

/** 公众查验: the state of a certificate of another node, for whoever verifies a document that somebody holds. */
export function getStatusAcross(context: SyncContext): Exchange["getStatusAcross"] {
  const { runtime, own, ask, gather } = context;
  const { blobs } = runtime.store;

  async function gathered(identifier: string, signature: Uint8Array, call: CallContext): Promise<Status> {
    const { record, answer, fromArchive } = await gather.one(
      identifier,
      call,
      async (exchange, options) => {
        const told = await exchange.getStatusAcross({ identifier, signature }, options);
        return { ...told, identifier, stateCause: "" };
      },
      () => {},
    );
    const status = await statusOf(record, signature, async () => {
      if (record.node === runtime.config.node.code) return (await own.file(identifier, FileFormat.PDF, call))?.content;
      const copy = await archivedFile(blobs, record, FileFormat.PDF).catch(() => undefined);
      return copy?.content ?? answer?.pdf;
    });
    return { ...status, fromArchive };
  }

  async function issued(identifier: string, signature: Uint8Array, call: CallContext): Promise<Status> {
    const record = await own.get(identifier, call);
    if (!record) throw unknownHere(identifier);
    return statusOf(record, signature, async () => (await own.file(identifier, FileFormat.PDF, call))?.content);
  }

  return async ({ identifier, signature }, call) => {
    const part = partOf(runtime, call);
    const status = create(
      GetStatusAcrossResponseSchema,
      part === "forward"
        ? await ask.one(requireProvince(context), call, (exchange, options) =>
            exchange.getStatusAcross({ identifier, signature }, options),
          )
        : part === "gather"
          ? await gathered(identifier, signature, call)
          : await issued(identifier, signature, call),
    );
    await runtime.evidence.append("status-told", {
      caller: callerName(call.caller),
      requestId: call.requestId,
      part,
      identifier,
      messageGiven: status.message.length > 0,
      pdfGiven: status.pdf.length > 0,
    });
    return status;
  };
}
