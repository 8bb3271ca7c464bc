import { useQuery } from "@connectrpc/connect-query";
import { keepPreviousData } from "@tanstack/react-query";
import { useState } from "react";
import { RegistryService } from "../../../proto/gen/ecert/catalog/v1/registry_service_pb.ts";
import { mayCall } from "../shell/allowed.ts";
import { useWho } from "../shell/who.tsx";
import { type CodeField, CodeInput, OFFERED } from "./code-input.tsx";

/** Asks for a seal of the reader's own department by its code; whoever may list seals is offered them, by name too. */
export function SealInput(props: CodeField) {
  const { departmentCode, roles } = useWho();
  const { listSeals } = RegistryService.method;
  const [search, setSearch] = useState("");
  const { data } = useQuery(
    listSeals,
    { pageSize: OFFERED, departmentCode, search },
    { staleTime: 60_000, placeholderData: keepPreviousData, enabled: mayCall(roles, listSeals) },
  );
  return <CodeInput {...props} offered={data?.seals ?? []} onSearch={setSearch} />;
}
