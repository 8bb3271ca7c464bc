import { useQuery } from "@connectrpc/connect-query";
import { keepPreviousData } from "@tanstack/react-query";
import { useState } from "react";
import { AccountService } from "../../../proto/gen/ecert/identity/v1/account_service_pb.ts";
import { mayCall } from "../shell/allowed.ts";
import { useWho } from "../shell/who.tsx";
import { type CodeField, CodeInput, OFFERED } from "./code-input.tsx";

/** Asks for a member of staff by the account; whoever may list people is offered those within reach, by name too. */
export function PersonInput(props: CodeField) {
  const { roles } = useWho();
  const { listAccounts } = AccountService.method;
  const [search, setSearch] = useState("");
  const { data } = useQuery(
    listAccounts,
    { pageSize: OFFERED, search },
    { staleTime: 60_000, placeholderData: keepPreviousData, enabled: mayCall(roles, listAccounts) },
  );
  const offered = (data?.accounts ?? []).map(({ id, name }) => ({ code: id, name }));
  return <CodeInput {...props} offered={offered} onSearch={setSearch} />;
}
