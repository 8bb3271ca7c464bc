import type { UsageService } from "../../../proto/gen/ecert/usage/v1/usage_service_pb.ts";
import { shanghaiDay } from "../../domain/civil-date.ts";
import type { Handlers } from "../../runtime/service.ts";
import type { UsageDependencies } from "../context.ts";
import { findPage } from "../find-page.ts";
import { takeLookUp } from "../quota-terms.ts";
import { openCode } from "../use.ts";
import { usableView } from "../view.ts";

/** 5.4.3: lists the holder's certificates that a code opens, a page. The holder sees that they were looked up. */
export function listCertificates(dependencies: UsageDependencies): Handlers<typeof UsageService>["listCertificates"] {
  const { runtime, uses } = dependencies;
  return async ({ usageCode, pageSize, pageToken }, call) => {
    const code = await openCode(dependencies, usageCode, call);
    // Each page: a token can be made up, so that a first page cannot be told from a further one.
    await takeLookUp(dependencies, code);
    const { certificates, unreachableNodes, nextPageToken } = await findPage(
      dependencies,
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
    return {
      certificates: certificates.map((certificate) => usableView(certificate, code, day)),
      unreachableNodes,
      nextPageToken,
    };
  };
}
