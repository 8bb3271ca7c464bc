import type { HolderService } from "../../../proto/gen/ecert/usage/v1/holder_service_pb.ts";
import type { Handlers } from "../../call/chain/service.ts";
import { shanghaiDay } from "../../domain/civil-date.ts";
import { fittingPart, holdsPart } from "../../store/fitting-page.ts";
import type { UsageContext } from "../context.ts";
import { holderOf, ownPage, ownView } from "../find/own-certificates.ts";

const DEFAULT_PAGE_SIZE = 50;

/** 5.5.2: the caller's own certificates. */
export function listOwnCertificates(context: UsageContext): Handlers<typeof HolderService>["listOwnCertificates"] {
  return async ({ pageSize, pageToken, search }, call) => {
    const holder = holderOf(call);
    const ask = async ({ limit, after = "" }: { limit: number; after?: string }) => {
      const page = await ownPage(context, holder, { pageSize: limit, pageToken: after }, call);
      const items = page.items.filter(({ name, number, issuerName }) => holdsPart(search, [name, number, issuerName]));
      return { items, ...(page.nextPageToken !== "" && { next: page.nextPageToken }) };
    };
    const wanted = { limit: pageSize || DEFAULT_PAGE_SIZE, ...(pageToken !== "" && { after: pageToken }) };
    const { items, next: nextPageToken = "" } = search === "" ? await ask(wanted) : await fittingPart(ask, wanted);
    const day = shanghaiDay(context.runtime.now());
    return { certificates: items.map((record) => ownView(record, day)), nextPageToken };
  };
}
