import { Button, Input, Select } from "antd";
import { useState } from "react";
import { CertificateSearch } from "../../../proto/gen/ecert/issue/v1/issue_service_pb.ts";
import type { Filters } from "../list/filters.ts";
import { useTyped } from "../list/typed.ts";
import { useTexts } from "../text/texts.ts";
import { CERTIFICATES } from "./certificate-texts.ts";

/** What is looked for, and as what. */
export interface Looked {
  search: string;
  searchBy: CertificateSearch;
}

const { UNSPECIFIED, HOLDER_CODE, HOLDER_NAME, NUMBER, BUSINESS_SERIAL } = CertificateSearch;
/** What the address bears as `search`, by what it bears as `by`: codes and names of holders are people's, and are never in it. */
const IN_ADDRESS: Readonly<Record<string, CertificateSearch>> = { number: NUMBER, serial: BUSINESS_SERIAL };

/** Whom or what a list of certificates is narrowed to: from the address, or by a holder, who is in none. */
export function useLooked(filters: Filters) {
  const [holder, setHolder] = useState<Looked>();
  const by = IN_ADDRESS[filters.get("by")];
  const inAddress = by ? { search: filters.get("search"), searchBy: by } : { search: "", searchBy: UNSPECIFIED };
  const looked = holder ?? inAddress;
  const clear = () => {
    setHolder(undefined);
    filters.clear();
  };
  const key = holder ? `${filters.key} ${holder.searchBy} ${holder.search}` : filters.key;
  return { looked, holder, setHolder, narrowed: { ...filters, any: filters.any || holder !== undefined, key, clear } };
}

/** Looks for certificates by holder, number or serial. `byPart`: serials are found by how they begin. */
export function FindCertificate(props: {
  filters: Filters;
  byPart: boolean;
  holder: Looked | undefined;
  setHolder: (holder: Looked | undefined) => void;
}) {
  const { filters, byPart, holder, setHolder } = props;
  const texts = useTexts(CERTIFICATES);
  const now = holder?.searchBy ?? IN_ADDRESS[filters.get("by")] ?? (byPart ? UNSPECIFIED : BUSINESS_SERIAL);
  const [by, setBy] = useState<CertificateSearch>(now);
  const labels: readonly (readonly [CertificateSearch, string])[] = [
    byPart ? [UNSPECIFIED, texts.findSerial] : [BUSINESS_SERIAL, texts.findWholeSerial],
    [NUMBER, texts.findNumber],
    [HOLDER_NAME, texts.findHolderName],
    [HOLDER_CODE, texts.findHolderCode],
  ];
  const [shown, label] = labels.find(([value]) => value === by) ?? (labels[0] as (typeof labels)[number]);
  const { typed, type, ask } = useTyped(filters.get("search"));
  const find = (text: string) => {
    const search = text.trim();
    const isHolder = shown === HOLDER_CODE || shown === HOLDER_NAME;
    // Of a holder nothing stays behind in the field; of the rest it is still there, with the focus.
    ask(isHolder ? "" : search);
    if (isHolder) type("");
    setHolder(isHolder && search !== "" ? { search, searchBy: shown } : undefined);
    const named = Object.keys(IN_ADDRESS).find((name) => IN_ADDRESS[name] === shown) ?? "";
    filters.setAll(isHolder || search === "" ? { search: "", by: "" } : { search, by: named });
  };
  if (holder)
    return (
      <Button autoFocus onClick={() => setHolder(undefined)}>
        {texts.clearHolder} ✕
      </Button>
    );
  return (
    <>
      <Select
        aria-label={texts.findBy}
        value={shown}
        onChange={setBy}
        popupMatchSelectWidth={false}
        options={labels.map(([value, label]) => ({ value, label }))}
      />
      <Input.Search
        className="search"
        aria-label={label}
        placeholder={label}
        value={typed}
        onChange={({ target }) => type(target.value)}
        maxLength={200}
        autoComplete="off"
        // The same press would reach the button that takes this field's place, and take the search back.
        onPressEnter={(event) => event.preventDefault()}
        onSearch={find}
      />
    </>
  );
}
