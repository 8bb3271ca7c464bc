import type { BulletinService } from "../../../proto/gen/ecert/supervision/v1/bulletin_service_pb.ts";
import type { Handlers } from "../../call/chain/service.ts";
import { holdsPart } from "../../store/fitting-page.ts";
import { orderedPage } from "../../store/ordered-page.ts";
import { BULLETIN_KEYS } from "../bulletin/bulletin-record.ts";
import { bulletinView } from "../bulletin/bulletin-view.ts";
import type { SupervisionContext } from "../context.ts";
import { inspectionsWithin } from "../inspections/inspection-record.ts";

const PAGE_SIZE = 50;

/** Lists bulletins within reach. */
export function listBulletins({ bulletins }: SupervisionContext): Handlers<typeof BulletinService>["listBulletins"] {
  return async ({ pageSize, pageToken, search, orderBy }, { reach }) => {
    const within = inspectionsWithin(reach);
    if (!within) return { bulletins: [], nextPageToken: "" };
    const after = pageToken !== "" && { after: pageToken };
    const { items, next } = await orderedPage(
      bulletins,
      { ...within, limit: pageSize || PAGE_SIZE, ...after },
      { orderBy, keys: BULLETIN_KEYS },
      ({ title, publisher }) => holdsPart(search, [title, publisher]),
    );
    return { bulletins: items.map((one) => bulletinView(one)), nextPageToken: next ?? "" };
  };
}
