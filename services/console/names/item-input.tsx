import { useQuery } from "@connectrpc/connect-query";
import { keepPreviousData } from "@tanstack/react-query";
import { useState } from "react";
import { CatalogService } from "../../../proto/gen/ecert/catalog/v1/catalog_service_pb.ts";
import { type CodeField, CodeInput, OFFERED } from "./code-input.tsx";

/** Asks for a kind of certificate by its code; the node looks for names, which lead to it. */
export function ItemInput(props: CodeField) {
  const [search, setSearch] = useState("");
  const { data } = useQuery(
    CatalogService.method.listCatalogItems,
    { pageSize: OFFERED, search },
    { staleTime: 60_000, placeholderData: keepPreviousData },
  );
  const offered = (data?.items ?? []).map(({ code, content }) => ({ code, name: content?.name ?? "" }));
  return <CodeInput {...props} offered={offered} onSearch={setSearch} />;
}
