import type { SupervisionService } from "../../../proto/gen/ecert/supervision/v1/supervision_service_pb.ts";
import type { Handlers } from "../../call/chain/service.ts";
import type { SupervisionContext } from "../context.ts";

const PAGE_SIZE = 100;

/** Lists the indicators of this node (4.7.4). */
export function listIndicators({
  indicators,
}: SupervisionContext): Handlers<typeof SupervisionService>["listIndicators"] {
  return async ({ pageSize, pageToken }) => {
    const limit = pageSize || PAGE_SIZE;
    const query = { index: "all", limit, ...(pageToken !== "" && { after: pageToken }) };
    const { items, next = "" } = await indicators.query(query);
    const view = items.map(({ id, name, definition }) => ({ id, name, definitionJson: JSON.stringify(definition) }));
    return { indicators: view, nextPageToken: next };
  };
}
