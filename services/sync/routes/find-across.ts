import type { FindAcrossRequest, UsageGround } from "../../../proto/gen/ecert/sync/v1/exchange_service_pb.ts";
import type { CallContext } from "../../call/chain/service.ts";
import { requirePlace } from "../../domain/certificate-place.ts";
import type { Exchange, SyncContext } from "../context.ts";
import { gatheredList, type ListedPage, ownList } from "../exchange/gather-list.ts";
import { groundOf, partOf, witness } from "../exchange/ground.ts";
import { requireItems } from "../exchange/let-out.ts";
import { requireProvince } from "../exchange/province.ts";
import { tellUse } from "../exchange/tell-use.ts";

type Asked = FindAcrossRequest & { ground: UsageGround };

/** 5.7.4: lists the certificates of the person served at other nodes: user city → province → issuing cities. */
export function findAcross(context: SyncContext): Exchange["findAcross"] {
  const { runtime, ask, grants } = context;

  async function gathered(asked: Asked, call: CallContext): Promise<ListedPage> {
    const { items, ground } = await grants.found(asked.ground, call);
    const known = { ...asked, ground };
    return told(known, await gatheredList(context, known, requireItems(items, asked.itemCodes), call), call);
  }

  async function issued(asked: Asked, call: CallContext): Promise<ListedPage> {
    return told(
      asked,
      await ownList(context, asked, requireItems(grants.given(asked.ground), asked.itemCodes), call),
      call,
    );
  }

  /** A look-up that finds nothing here is no use of anything that this node knows. */
  async function told({ ground, itemCodes }: Asked, page: ListedPage, call: CallContext): Promise<ListedPage> {
    if (page.certificates.length > 0) await tellUse(runtime, call, ground, { action: "listed", itemCodes });
    return page;
  }

  return async (request, call) => {
    requirePlace(request.pageToken);
    const part = partOf(runtime, call);
    const ground = groundOf(call, part, request.ground);
    const asked = { ...request, ground };
    const page =
      part === "forward"
        ? await ask.one(requireProvince(context), call, (exchange, options) => exchange.findAcross(asked, options))
        : part === "gather"
          ? await gathered(asked, call)
          : await issued(asked, call);
    const { certificates, unreachableNodes, nextPageToken, archiveAsOf } = page;
    const identifiers = certificates.map(({ identifier }) => identifier);
    await witness(runtime, call, ground, { part, items: request.itemCodes, identifiers });
    return { certificates, unreachableNodes, nextPageToken, archiveAsOf };
  };
}
