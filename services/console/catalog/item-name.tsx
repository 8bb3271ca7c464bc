import { useQuery } from "@connectrpc/connect-query";
import { CatalogService } from "../../../proto/gen/ecert/catalog/v1/catalog_service_pb.ts";

/** An item by its name, as its published version says it; by its code where this node has none. */
export function ItemName({ code }: { code: string }) {
  const { data } = useQuery(CatalogService.method.getCatalogItem, { code }, { staleTime: 60_000 });
  return <>{data?.item?.content?.name ?? code}</>;
}
