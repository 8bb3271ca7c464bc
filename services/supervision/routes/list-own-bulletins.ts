import type { BulletinService } from "../../../proto/gen/ecert/supervision/v1/bulletin_service_pb.ts";
import { ownAccountOf } from "../../call/chain/own-account.ts";
import type { Handlers } from "../../call/chain/service.ts";
import { holdsPart } from "../../store/fitting-page.ts";
import { orderedPage } from "../../store/ordered-page.ts";
import { BULLETIN_KEYS, type BulletinAddressee } from "../bulletin/bulletin-record.ts";
import { bulletinView } from "../bulletin/bulletin-view.ts";
import type { SupervisionContext } from "../context.ts";

const PAGE_SIZE = 50;

/** Lists what was delivered to the caller, or of it what was not fetched yet (6.2.6.2), the newest quarter first. */
export function listOwnBulletins({
  bulletins,
}: SupervisionContext): Handlers<typeof BulletinService>["listOwnBulletins"] {
  return async ({ pageSize, pageToken, search, orderBy, unread }, { reach }) => {
    const account = ownAccountOf(reach);
    const { items, next } = await orderedPage(
      bulletins,
      {
        ...{ index: "accounts", equals: [account], descending: true, limit: pageSize || PAGE_SIZE },
        ...(pageToken !== "" && { after: pageToken }),
      },
      { orderBy, keys: BULLETIN_KEYS },
      ({ title, publisher, addressees }) =>
        holdsPart(search, [title, publisher]) && (!unread || isUnread(addressees, account)),
    );
    return { bulletins: items.map((one) => bulletinView(one, account)), nextPageToken: next ?? "" };
  };
}

function isUnread(addressees: readonly BulletinAddressee[], account: string): boolean {
  return addressees.some((one) => one.account === account && one.readAt === undefined);
}
