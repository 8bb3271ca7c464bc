import { useQuery } from "@connectrpc/connect-query";
import { keepPreviousData } from "@tanstack/react-query";
import { useState } from "react";
import { RegistryService } from "../../../proto/gen/ecert/catalog/v1/registry_service_pb.ts";
import { type CodeField, CodeInput, OFFERED } from "./code-input.tsx";

/** Asks for a department by its code; the node looks for names, which lead to it. */
export function DepartmentInput(props: CodeField) {
  const [search, setSearch] = useState("");
  const { data } = useQuery(
    RegistryService.method.listDepartments,
    { pageSize: OFFERED, search },
    { staleTime: 60_000, placeholderData: keepPreviousData },
  );
  return <CodeInput {...props} offered={data?.departments ?? []} onSearch={setSearch} />;
}
