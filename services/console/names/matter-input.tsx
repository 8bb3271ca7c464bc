import { useQuery } from "@connectrpc/connect-query";
import { keepPreviousData } from "@tanstack/react-query";
import { useState } from "react";
import { MatterService } from "../../../proto/gen/ecert/catalog/v1/matter_service_pb.ts";
import { type CodeField, CodeInput, OFFERED } from "./code-input.tsx";

/** Asks for a matter by its code, and offers those within reach, by name too. `departmentCode`: of this department alone. */
export function MatterInput(props: CodeField & { departmentCode?: string }) {
  const { departmentCode = "", ...field } = props;
  const [search, setSearch] = useState("");
  const { data } = useQuery(
    MatterService.method.findMatters,
    { pageSize: OFFERED, departmentCode, search },
    { staleTime: 60_000, placeholderData: keepPreviousData },
  );
  return <CodeInput {...field} offered={data?.matters ?? []} onSearch={setSearch} />;
}
