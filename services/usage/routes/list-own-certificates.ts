import type { HolderService } from "../../../proto/gen/ecert/usage/v1/holder_service_pb.ts";
import type { Handlers } from "../../call/chain/service.ts";
import { shanghaiDay } from "../../domain/civil-date.ts";
import type { UsageContext } from "../context.ts";
import { holderOf, ownPage, ownView } from "../find/own-certificates.ts";

const DEFAULT_PAGE_SIZE = 50;

/** 5.5.2: the caller's own certificates. */
export function listOwnCertificates(context: UsageContext): Handlers<typeof HolderService>["listOwnCertificates"] {
  return async ({ pageSize, pageToken }, call) => {
    const page = { pageSize: pageSize || DEFAULT_PAGE_SIZE, pageToken };
    const { items, nextPageToken } = await ownPage(context, holderOf(call), page, call);
    const day = shanghaiDay(context.runtime.now());
    return { certificates: items.map((record) => ownView(record, day)), nextPageToken };
  };
}
