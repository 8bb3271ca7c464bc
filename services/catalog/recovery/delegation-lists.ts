import { toBinary } from "@bufbuild/protobuf";
import { DelegationRecordSchema } from "../../../proto/gen/ecert/catalog/v1/opening_service_pb.ts";
import { RegistryRecoveryService } from "../../../proto/gen/ecert/catalog/v1/registry_recovery_service_pb.ts";
import { isProvince } from "../../host/place.ts";
import type { RecordRoom } from "../../registry/record.ts";
import { openPeerLists, type RecordLists, readRecords } from "../../registry/recovery/peer-lists.ts";
import type { DelegationDocument } from "../openings/delegation-record.ts";
import { unlessOfBefore } from "./unless-of-before.ts";

/** Delegations that a node lists to its province, or the province to a node; none where the other side is of before they were told. */
export function delegationLists(
  { runtime, terms }: RecordRoom<DelegationDocument>,
  node: string,
): RecordLists<DelegationDocument> {
  const recovery = runtime.client(RegistryRecoveryService, { peer: node });
  const { pages } = openPeerLists(runtime, node, runtime.signal);
  const own = runtime.config.node;
  return {
    records(refused) {
      const listed = pages(async (page, options) => {
        const answer = await unlessOfBefore(recovery.listNodeDelegations(page, options));
        const { delegations, nextPageToken } = answer ?? { delegations: [], nextPageToken: "" };
        return { items: delegations.map((one) => toBinary(DelegationRecordSchema, one)), next: nextPageToken };
      });
      return readRecords(terms, isProvince(own) ? node : own.code, listed, refused);
    },
  };
}
