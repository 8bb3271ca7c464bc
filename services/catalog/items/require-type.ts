import { fromJson } from "@bufbuild/protobuf";
import {
  type CatalogItemContent,
  CatalogItemContentSchema,
} from "../../../proto/gen/ecert/catalog/v1/catalog_item_pb.ts";
import { Refusal } from "../../domain/refusal.ts";
import type { ItemDocument } from "../stored/records.ts";

/** A catalog code keeps its certificate type for ever: identifiers of issued certificates hold it. Refuses (`INVALID_FIELD`) another one. */
export function requireSameType(newest: ItemDocument, content: CatalogItemContent): void {
  const before = fromJson(CatalogItemContentSchema, newest.content).typeCode;
  if (before === content.typeCode) return;
  const description = `item ${newest.code} has type ${before}; a version cannot change it`;
  throw new Refusal("INVALID_FIELD", description, {
    fields: [
      {
        field: "content.type_code",
        description,
        remedy: "register another item for another type",
        localized: `目录项${newest.code}的证照类型代码为${before}，新版本不能更改；请另行登记目录项`,
      },
    ],
  });
}
