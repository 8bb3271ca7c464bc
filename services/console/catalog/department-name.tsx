import { useQuery } from "@connectrpc/connect-query";
import { RegistryService } from "../../../proto/gen/ecert/catalog/v1/registry_service_pb.ts";

/** A department by its name, as the registry of this node has it; by its code where it has none. */
export function DepartmentName({ code }: { code: string }) {
  const { data } = useQuery(RegistryService.method.getDepartment, { code }, { staleTime: Number.POSITIVE_INFINITY });
  return <span className="wrap">{data?.department?.name ?? code}</span>;
}
