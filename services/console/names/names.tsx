import { useQuery } from "@connectrpc/connect-query";
import { CatalogService } from "../../../proto/gen/ecert/catalog/v1/catalog_service_pb.ts";
import { RegistryService } from "../../../proto/gen/ecert/catalog/v1/registry_service_pb.ts";
import { DivisionService } from "../../../proto/gen/ecert/governance/v1/division_service_pb.ts";
import { AccountService } from "../../../proto/gen/ecert/identity/v1/account_service_pb.ts";

/** Names change seldom, and each is asked for once; one of an item is another when a new version is published. */
const KEPT = { staleTime: Number.POSITIVE_INFINITY };
const KEPT_A_WHILE = { staleTime: 60_000 };

/** Name of a division within a sentence, as far as it is known; else its code. */
export function useDivisionName(code: string): string {
  const { data } = useQuery(DivisionService.method.getDivision, { code }, KEPT);
  return data?.division?.name || code;
}

/** Name of a division, as far as it is known; else its code. */
export function DivisionName({ code }: { code: string }) {
  return useDivisionName(code);
}

/** Name of a department, as far as it is known; else its code. */
export function DepartmentName({ code }: { code: string }) {
  const { data } = useQuery(RegistryService.method.getDepartment, { code }, KEPT);
  return <span className="wrap">{data?.department?.name || code}</span>;
}

/** Name of a kind of certificate, as far as it is known; else its code. */
export function ItemName({ code }: { code: string }) {
  const { data } = useQuery(CatalogService.method.getCatalogItem, { code }, KEPT_A_WHILE);
  return data?.item?.content?.name || code;
}

/** Name of a matter, as far as it is known; else its code. */
export function MatterName({ code }: { code: string }) {
  const { data } = useQuery(RegistryService.method.getMatter, { code }, KEPT);
  return data?.matter?.name || code;
}

/** Name of a member of staff, as far as the reader may know it; else the account. */
export function PersonName({ account }: { account: string }) {
  const { data } = useQuery(AccountService.method.getAccount, { id: account }, KEPT_A_WHILE);
  return <span className="wrap">{data?.account?.name || account}</span>;
}
