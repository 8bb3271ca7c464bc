import { SealSchema } from "../../../proto/gen/ecert/catalog/v1/registry_pb.ts";
import type { RegistryService } from "../../../proto/gen/ecert/catalog/v1/registry_service_pb.ts";
import { callerName } from "../../call/chain/caller.ts";
import type { Handlers } from "../../call/chain/service.ts";
import { refuseField } from "../../domain/refusal.ts";
import { putRecord, readRecord } from "../../registry/keep-record.ts";
import { isDepartmentWithin } from "../../registry/reach.ts";
import type { CatalogContext } from "../context.ts";

/** 5.9.4: unbinds a seal at once, for example when a certificate key was lost. */
export function unbindSeal(context: CatalogContext): Handlers<typeof RegistryService>["unbindSeal"] {
  const { runtime } = context;
  return async ({ code, cause }, { reach, caller: by }) => {
    const seal = await readRecord(context, SealSchema, "seal", runtime.config.node.code, code);
    if (!seal || !(await isDepartmentWithin(context, reach, seal.departmentCode)))
      throw refuseField(
        "SEAL_UNKNOWN",
        "code",
        `no seal ${code}`,
        "load it with PutSeal",
        `没有印章${code}，请先用PutSeal载入`,
      );
    const unbound = { ...seal, unbound: true };
    await putRecord(context, SealSchema, "seal", code, unbound, { by });
    await runtime.evidence.append("seal-unbound", { code, cause, by: callerName(by) });
    return { seal: unbound };
  };
}
