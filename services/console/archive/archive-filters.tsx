import { Button, Input, Select } from "antd";
import { useState } from "react";
import { HolderKind } from "../../../proto/gen/ecert/catalog/v1/catalog_item_pb.ts";
import { ArchivePart } from "../../../proto/gen/ecert/sync/v1/archive_read_service_pb.ts";
import { codeTypesFor } from "../../staff-model/code-types.ts";
import { ChooseFilter } from "../list/choose-filter.tsx";
import type { Filters } from "../list/filters.ts";
import { TextFilter } from "../list/text-filter.tsx";
import { CodeFilter } from "../names/code-filter.tsx";
import { DepartmentFilter } from "../names/department-filter.tsx";
import { ItemInput } from "../names/item-input.tsx";
import { said, useTexts } from "../text/texts.ts";
import { ARCHIVE_STATES, archiveState } from "./archive-state.ts";
import { ARCHIVE } from "./archive-texts.ts";

/** Longest identifier and number that the contract takes. */
const LONGEST = 128;

/** A holder who is looked for. */
export interface HolderAsked {
  codeType: string;
  code: string;
}

/**
 * What certificates are looked for by. All of it stands in the address but the code of a holder, which is a person's: an address stays in the history of a browser,
 * and is sent on.
 */
export function ArchiveFilters(props: {
  filters: Filters;
  holder: HolderAsked | undefined;
  setHolder: (holder: HolderAsked | undefined) => void;
}) {
  const { filters, holder, setHolder } = props;
  const texts = useTexts(ARCHIVE);
  const day = (name: "from" | "to") => (
    <label>
      {texts[name]}
      <input type="date" value={filters.get(name)} onChange={({ target }) => filters.set(name, target.value)} />
    </label>
  );
  return (
    <search className="filters">
      <Select
        aria-label={texts.part}
        value={filters.get("part")}
        onChange={(value) => filters.set("part", value)}
        popupMatchSelectWidth={false}
        options={[
          { value: "", label: texts.usual },
          { value: String(ArchivePart.OWN), label: texts.own },
          { value: String(ArchivePart.OTHERS), label: texts.others },
        ]}
      />
      <ChooseFilter
        filters={filters}
        name="state"
        label={texts.state}
        options={ARCHIVE_STATES.map((state) => ({ value: String(state), label: said(archiveState(state).text) }))}
      />
      {day("from")}
      {day("to")}
      <TextFilter filters={filters} name="identifier" label={texts.identifier} most={LONGEST} className="by" />
      <DepartmentFilter filters={filters} name="departmentCode" label={texts.issuerAsked} />
      <CodeFilter filters={filters} name="itemCode" label={texts.kindAsked} Input={ItemInput} />
      <TextFilter filters={filters} name="number" label={texts.number} most={LONGEST} className="by" />
      <ByHolder holder={holder} setHolder={setHolder} />
      {filters.any && <Button onClick={filters.clear}>{texts.clear}</Button>}
    </search>
  );
}

function ByHolder({
  holder,
  setHolder,
}: {
  holder: HolderAsked | undefined;
  setHolder: (holder: HolderAsked | undefined) => void;
}) {
  const texts = useTexts(ARCHIVE);
  const types = codeTypesFor(HolderKind.UNSPECIFIED);
  const [codeType, setCodeType] = useState(types[0]?.value ?? "");
  if (holder) return <Button onClick={() => setHolder(undefined)}>{texts.clearHolder} ✕</Button>;
  return (
    <>
      <Select
        aria-label={texts.holderCodeType}
        value={codeType}
        onChange={setCodeType}
        popupMatchSelectWidth={false}
        options={types}
      />
      <Input.Search
        className="by"
        aria-label={texts.holderCode}
        placeholder={texts.holderCode}
        maxLength={64}
        autoComplete="off"
        onSearch={(text) => text.trim() !== "" && setHolder({ codeType, code: text.trim() })}
      />
    </>
  );
}
