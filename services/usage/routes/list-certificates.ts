import type { UsageService } from "../../../proto/gen/ecert/usage/v1/usage_service_pb.ts";
import { shanghaiDay } from "../../domain/civil-date.ts";
import type { Handlers } from "../../runtime/service.ts";
import type { UsageDependencies } from "../context.ts";
import { findAll } from "../find.ts";
import { openCode } from "../use.ts";
import { usableView } from "../view.ts";

/** 5.4.3: lists the holder's certificates that a code opens. */
export function listCertificates(dependencies: UsageDependencies): Handlers<typeof UsageService>["listCertificates"] {
  const { runtime } = dependencies;
  return async ({ usageCode }, call) => {
    const code = await openCode(dependencies, usageCode, call);
    const { records, unreachable } = await findAll(dependencies, code, call);
    const day = shanghaiDay(runtime.now());
    await runtime.evidence.append("certificates-listed", { usageCodeDigest: code._id, found: records.length });
    return {
      certificates: records.map((record) => usableView(record, code, day)),
      unreachableNodes: unreachable,
    };
  };
}
