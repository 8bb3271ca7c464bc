import { useQuery } from "@connectrpc/connect-query";
import { keepPreviousData } from "@tanstack/react-query";
import { useState } from "react";
import { AppService } from "../../../proto/gen/ecert/identity/v1/app_service_pb.ts";
import { divisionPrefix } from "../../domain/division.ts";
import { divisionOfNode } from "../../domain/sandbox.ts";
import { mayCall } from "../shell/allowed.ts";
import { useWho } from "../shell/who.tsx";
import { type CodeField, CodeInput, OFFERED } from "./code-input.tsx";

/**
 * Asks for an app of a department's system by its AppKey. Whoever sees the whole node is offered apps, by name too; others are not asked for in vain, since what is
 * refused is kept in the audit: they type the key.
 */
export function AppInput(props: CodeField) {
  const { account, division, roles } = useWho();
  const { listApps } = AppService.method;
  const [node = ""] = account.split("-");
  const seesNode = divisionOfNode(node).startsWith(divisionPrefix(division));
  const [search, setSearch] = useState("");
  const { data } = useQuery(
    listApps,
    { pageSize: OFFERED, search },
    { staleTime: 60_000, placeholderData: keepPreviousData, enabled: seesNode && mayCall(roles, listApps) },
  );
  const offered = (data?.apps ?? []).map(({ key, name }) => ({ code: key, name }));
  return <CodeInput {...props} offered={offered} onSearch={setSearch} />;
}
