import { Descriptions } from "antd";
import {
  type CatalogItemContent,
  HolderKindSchema,
  IssuingLevelSchema,
} from "../../../proto/gen/ecert/catalog/v1/catalog_item_pb.ts";
import { DataItemsTable } from "../data-items/data-items-table.tsx";
import { DepartmentName } from "../names/names.tsx";
import { type Both, said, useTexts } from "../text/texts.ts";
import { CATALOG, HOLDER_KINDS, LEVELS } from "./catalog-texts.ts";
import { validityText } from "./validity-text.ts";

/** Basic elements of an item (基本要素, 4.3.3). */
export function Basics({ content }: { content: CatalogItemContent }) {
  const texts = useTexts(CATALOG);
  const { holdersMin, holdersMax, issuingLevels, issuingBodies, sealSamples, keeperCode } = content;
  const levels = issuingLevels.map((level) => said(named(LEVELS, IssuingLevelSchema.value[level]?.name))).join("、");
  return (
    <Descriptions
      column={1}
      size="small"
      className="panel"
      title={<h2>{texts.basics}</h2>}
      items={[
        { label: texts.authority, children: content.definingAuthority },
        { label: texts.typeCode, children: <span className="code wrap">{content.typeCode}</span> },
        {
          label: texts.holderKind,
          children: said(named(HOLDER_KINDS, HolderKindSchema.value[content.holderKind]?.name)),
        },
        { label: texts.holders, children: holdersMin === holdersMax ? holdersMin : `${holdersMin} – ${holdersMax}` },
        { label: texts.validity, children: validityText(content.validityRuleJson) },
        { label: texts.levels, children: levels || texts.everyLevel },
        ...(issuingBodies.length > 0 ? [{ label: texts.bodies, children: issuingBodies.join("、") }] : []),
        ...(sealSamples.length > 0
          ? [{ label: texts.seals, children: sealSamples.map(({ name }) => name).join("、") }]
          : []),
        ...(keeperCode ? [{ label: texts.keeper, children: <DepartmentName code={keeperCode} /> }] : []),
      ]}
    />
  );
}

/** Data items of an item (数据项标准, 5.3), and those that say what the metadata say too. */
export function DataItems({ content }: { content: CatalogItemContent }) {
  const texts = useTexts(CATALOG);
  const { bindings, dataSchemaJson } = content;
  return (
    <section className="panel">
      <h2>{texts.dataItems}</h2>
      <DataItemsTable schemaJson={dataSchemaJson} label={texts.dataItems} />
      {bindings.length > 0 && (
        <p className="quiet wrap">
          {texts.bindings}：{bindings.map(({ dataItem, metadata }) => `${dataItem} = ${metadata}`).join("；")}
        </p>
      )}
    </section>
  );
}

function named(texts: Readonly<Record<string, Both>>, name = ""): Both {
  return texts[name] ?? [name, name];
}
