import { useQuery } from "@connectrpc/connect-query";
import { keepPreviousData } from "@tanstack/react-query";
import { Select } from "antd";
import { useState } from "react";
import type { CatalogItem } from "../../../proto/gen/ecert/catalog/v1/catalog_item_pb.ts";
import { CatalogService } from "../../../proto/gen/ecert/catalog/v1/catalog_service_pb.ts";
import { LIST } from "../list/list-texts.ts";
import { RefusalNotice } from "../shell/refusal-notice.tsx";
import { useWho } from "../shell/who.tsx";
import { useTexts } from "../text/texts.ts";
import { CERTIFICATES } from "./certificate-texts.ts";

/** Kinds that are offered at once: the node looks for others. */
const OFFERED = 50;
/** Stands for those that are not offered. */
const MORE = " ";

/** Chooses among the kinds that the officer's department has open to be made on screen today (6.4.5.1); the node looks for what is typed. */
export function ChooseKind({ chosen, choose }: { chosen: CatalogItem | undefined; choose: (code: string) => void }) {
  const texts = { ...useTexts(LIST), ...useTexts(CERTIFICATES) };
  const { departmentCode } = useWho();
  const [search, setSearch] = useState("");
  const { data, error, refetch } = useQuery(
    CatalogService.method.listCatalogItems,
    { madeBy: departmentCode, search, pageSize: OFFERED },
    { placeholderData: keepPreviousData },
  );
  const offered = data?.items ?? [];
  // What was chosen keeps its name while others are looked for.
  const shown = chosen && !offered.some(({ code }) => code === chosen.code) ? [chosen, ...offered] : offered;
  const options = shown.map(({ code, content }) => ({ value: code, label: content?.name ?? code, disabled: false }));
  const more = data && data.nextPageToken !== "" ? [{ value: MORE, label: texts.moreByText, disabled: true }] : [];
  return (
    <>
      {error && <RefusalNotice error={error} retry={() => refetch()} />}
      <Select
        id="item"
        showSearch={{ filterOption: false, onSearch: (typed) => setSearch(typed.trim().slice(0, 100)) }}
        placeholder={texts.chooseItem}
        value={chosen?.code ?? null}
        onChange={choose}
        options={[...options, ...more]}
        notFoundContent={data && (search === "" ? texts.noOpenKind : texts.noneFor)}
      />
    </>
  );
}
