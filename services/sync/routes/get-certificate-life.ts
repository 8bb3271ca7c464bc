import type { LifeService } from "../../../proto/gen/ecert/sync/v1/life_service_pb.ts";
import type { Handlers } from "../../call/chain/service.ts";
import { RECORD_STATES } from "../../record/record-state.ts";
import { messageIn } from "../archive/found-by.ts";
import type { SyncContext } from "../context.ts";
import { requireArchived } from "./get-certificate.ts";

/** What the archive knows of another node's certificate: that it was issued, and its state now. What was in between, its issuer alone knows. */
export function getCertificateLife({ archive }: SyncContext): Handlers<typeof LifeService>["getCertificateLife"] {
  return async ({ identifier }) => {
    const record = await requireArchived(archive, identifier);
    const { node, name, number, itemCode, itemVersion, issuerCode, issuedAt, stateCause, stateSince, replaceCause } =
      record;
    const { metadata } = messageIn(record);
    const state = RECORD_STATES[record.state as keyof typeof RECORD_STATES];
    const later = state === "issued" ? [] : [{ state, at: stateSince, cause: stateCause }];
    return {
      ...{ node, name, number, itemCode, itemVersion, issuerCode, state },
      division: metadata.issuer.division,
      steps: [{ state: "issued", at: issuedAt, cause: replaceCause }, ...later],
      versions: [{ identifier, version: metadata.version, state, cause: replaceCause }],
    };
  };
}
