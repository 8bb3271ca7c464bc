import type { MatterService } from "../../../proto/gen/ecert/catalog/v1/matter_service_pb.ts";
import type { Handlers } from "../../call/chain/service.ts";
import type { CatalogContext } from "../context.ts";
import { importView } from "../matters/import-view.ts";
import { ownImport } from "../matters/own-import.ts";

/** 6.2.2.2: reads where an import stands. */
export function getMatterImport(context: CatalogContext): Handlers<typeof MatterService>["getMatterImport"] {
  return async ({ importId }, call) => ({
    import: importView(await ownImport(context, importId, call), context.runtime.now()),
  });
}
