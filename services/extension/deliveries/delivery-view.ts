import type { MessageInitShape } from "@bufbuild/protobuf";
import type { DeliverySchema } from "../../../proto/gen/ecert/extension/v1/extension_service_pb.ts";
import type { DeliveryDocument } from "./delivery-record.ts";

/** A delivery as it is told. */
export function deliveryView(document: DeliveryDocument): MessageInitShape<typeof DeliverySchema> {
  const { _id: id, extension, receiver, event, state, attempts, nextAt, lastFault, occurredAt } = document;
  const told = { id, extension, receiver, event, state, attempts, occurredAt };
  return { ...told, nextAt: nextAt ?? "", lastFault: lastFault ?? "" };
}
