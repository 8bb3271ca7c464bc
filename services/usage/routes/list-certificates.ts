import type { UsageService } from "../../../proto/gen/ecert/usage/v1/usage_service_pb.ts";
import type { Handlers } from "../../call/chain/service.ts";
import { shanghaiDay } from "../../domain/civil-date.ts";
import { isOutdated } from "../../node/standing.ts";
import { takeLookUp } from "../codes/quota-terms.ts";
import type { UsageContext } from "../context.ts";
import { findPage } from "../find/find-page.ts";
import { usableView } from "../find/view.ts";
import { openCode } from "../uses/use.ts";

/** 5.4.3: lists the holder's certificates that a code opens, a page. The holder sees that they were looked up. */
export function listCertificates(context: UsageContext): Handlers<typeof UsageService>["listCertificates"] {
  const { runtime, uses } = context;
  return async ({ usageCode, pageSize, pageToken }, call) => {
    const code = await openCode(context, usageCode, call);
    // Each page: a token can be made up, so that a first page cannot be told from a further one.
    await takeLookUp(context, code);
    const { certificates, unreachableNodes, nextPageToken, archiveAsOf } = await findPage(
      context,
      code,
      { pageSize, pageToken },
      call,
    );
    const now = runtime.now();
    await Promise.all([
      runtime.evidence.append("certificates-listed", { usageCodeDigest: code._id, found: certificates.length }),
      uses.keep(code, now, { action: "listed", items: code.grant.items.map(({ item }) => item) }),
    ]);
    const day = shanghaiDay(now);
    const own = runtime.config.node.code;
    const outdated = certificates.some(({ node }) => node === own) && (await isOutdated(runtime)) ? own : undefined;
    return {
      certificates: certificates.map((certificate) => usableView(certificate, code, day, outdated)),
      unreachableNodes,
      nextPageToken,
      standByAsOf: archiveAsOf,
    };
  };
}
