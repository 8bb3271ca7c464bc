import type { UsageGround } from "../../../proto/gen/ecert/sync/v1/exchange_service_pb.ts";
import { FileFormat } from "../../../proto/gen/ecert/type/v1/file_pb.ts";
import { UseNoticeService } from "../../../proto/gen/ecert/usage/v1/use_notice_service_pb.ts";
import { type CallContext, onBehalf } from "../../call/chain/service.ts";
import { hasService } from "../../host/place.ts";
import type { Runtime } from "../../node/runtime.ts";

/** What was done with certificates of this node, or of those that it passes on. */
export interface ToldUse {
  action: "listed" | "verified" | "extracted" | "fetched";
  identifier?: string;
  itemCodes: string[];
  fields?: string[];
}

/** What a question about one certificate is for: its data items, a file, or its state alone. */
export function actionOf({ fields, format }: { fields: readonly string[]; format: FileFormat }): ToldUse["action"] {
  if (format !== FileFormat.UNSPECIFIED) return "fetched";
  return fields.length > 0 ? "extracted" : "verified";
}

/**
 * 5.9.5: has the holder see at this node what another node does, durably before anything is released. A use at this node stands in its own list already, and a node
 * without the service has no holders. Throws where the service cannot be asked: then nothing is released, as where no evidence can be written.
 */
export async function tellUse(runtime: Runtime, call: CallContext, ground: UsageGround, use: ToldUse): Promise<void> {
  const { config } = runtime;
  if (ground.node === config.node.code || !hasService(config, "usage")) return;
  const { grant: _, ...why } = ground;
  await runtime.client(UseNoticeService, "usage").takeUse({ ...use, ground: why }, onBehalf(call));
}
