import { HOLDER_CODE_TYPES } from "../../domain/holder-code.ts";
import type { MessageMetadata } from "../../domain/message.ts";
import { element, textElement } from "./xml.ts";

/**
 * The metadata of GB/T 36903 as custom data of the document (GB/T 36905): one element per item, named by its short name;
 * what several holders share is repeated, holder by holder. What has no short name there bears the prefix `KZ_` of
 * extensions. Dates are written `yyyyMMdd`.
 */
export function customDatas(metadata: MessageMetadata): string {
  const { issuer, holders } = metadata;
  const items: [name: string, value: string | undefined][] = [
    ["ZZMC", metadata.name],
    ["ZZLXDM", metadata.typeCode],
    ["ZZBH", metadata.number],
    ["ZZBS", metadata.identifier],
    ["ZZBFJG", issuer.name],
    ["ZZBFJGDM", issuer.code],
    ["ZZBFRQ", compact(metadata.issueDate)],
    ...holders.flatMap(({ name, code, codeType }): [string, string][] => [
      ["CZZT", name],
      ["CZZTDM", code],
      ["CZZTDMLX", HOLDER_CODE_TYPES[codeType]?.name ?? ""],
      ["CZZTDMLXDM", codeType],
    ]),
    ["ZZYXQQSRQ", compact(metadata.validFrom)],
    ["ZZYXQJZRQ", compact(metadata.validTo)],
    ["ZZQZR", issuer.name],
    ["ZZQZSJ", metadata.preparedAt],
    ["ZZQZMC", metadata.seal],
    ["KZ_certificateAreaCode", issuer.division],
    ["KZ_itemCode", metadata.itemCode],
    ["KZ_itemVersion", String(metadata.itemVersion)],
    ["KZ_version", String(metadata.version)],
    ["KZ_node", metadata.node],
    ["KZ_replaces", metadata.replaces],
  ];
  const written = items.filter((item): item is [string, string] => item[1] !== undefined && item[1] !== "");
  return element(
    "CustomDatas",
    {},
    written.map(([Name, value]) => textElement("CustomData", value, { Name })).join(""),
  );
}

function compact(date: string | undefined): string | undefined {
  return date?.replaceAll("-", "");
}
