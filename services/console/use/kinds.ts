import { createQueryOptions, useTransport } from "@connectrpc/connect-query";
import { useQueries } from "@tanstack/react-query";
import { CatalogService } from "../../../proto/gen/ecert/catalog/v1/catalog_service_pb.ts";
import { type DataField, dataFields } from "../../staff-model/data-fields.ts";

/** A kind of certificate as its readers call it. */
export interface Kind {
  readonly code: string;
  readonly name: string;
  readonly fields: readonly DataField[];
}

/** Names and data items of kinds; one that is not known yet, or cannot be asked for, is called by its code. */
export function useKinds(codes: readonly string[]): ReadonlyMap<string, Kind> {
  const transport = useTransport();
  const queries = codes.map((code) => ({
    ...createQueryOptions(CatalogService.method.getCatalogItem, { code }, { transport }),
    staleTime: Number.POSITIVE_INFINITY,
  }));
  const answers = useQueries({ queries });
  return new Map(
    codes.map((code, index) => {
      const content = answers[index]?.data?.item?.content;
      const fields = content ? dataFields(content.dataSchemaJson) : [];
      return [code, { code, name: content?.name ?? code, fields }];
    }),
  );
}
