import type { MessageInitShape } from "@bufbuild/protobuf";
import type { IssuingRightSchema } from "../../../proto/gen/ecert/catalog/v1/issuer_service_pb.ts";
import type { RightsDocument } from "../stored/province-records.ts";

/** The contract's view of the rights of one department and item, oldest first. */
export function rightsIn({ departmentCode, itemCode, typeCode, periods }: RightsDocument) {
  return periods.map(
    ({ node, since, until = "", forUnits }): MessageInitShape<typeof IssuingRightSchema> => ({
      node,
      departmentCode,
      typeCode,
      itemCode,
      since,
      until,
      forUnits,
    }),
  );
}
