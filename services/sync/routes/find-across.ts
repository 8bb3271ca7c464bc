import { requirePlace } from "../../domain/certificate-place.ts";
import type { Exchange, SyncContext } from "../context.ts";
import { gatheredList, ownList } from "../exchange/gather-list.ts";
import { groundOf, partOf, witness } from "../exchange/ground.ts";
import { requireItems } from "../exchange/let-out.ts";
import { requireProvince } from "../exchange/province.ts";

/** 5.7.4: lists the certificates of the person served at other nodes: user city → province → issuing cities. */
export function findAcross(context: SyncContext): Exchange["findAcross"] {
  const { runtime, ask, grants } = context;
  return async (request, call) => {
    requirePlace(request.pageToken);
    const part = partOf(runtime, call);
    const ground = groundOf(call, part, request.ground);
    const asked = { ...request, ground };
    const page =
      part === "forward"
        ? await ask.one(requireProvince(context), call, (exchange, options) => exchange.findAcross(asked, options))
        : part === "gather"
          ? await gatheredList(
              context,
              asked,
              requireItems((await grants.found(ground, call)).items, asked.itemCodes),
              call,
            )
          : await ownList(context, asked, requireItems(grants.given(ground), asked.itemCodes), call);
    const { certificates, unreachableNodes, nextPageToken } = page;
    const identifiers = certificates.map(({ identifier }) => identifier);
    await witness(runtime, call, ground, { part, items: request.itemCodes, identifiers });
    return { certificates, unreachableNodes, nextPageToken };
  };
}
