import type { MessageMetadata } from "../../domain/message.ts";
import type { RunFont } from "../font/library.ts";
import { customDatas } from "./custom-data.ts";
import { SIGNS } from "./prepared-ofd.ts";
import { element, escapeXml, OFD_NAMESPACE, textElement, xmlFile } from "./xml.ts";

/** Numbers that are the same in all our documents; objects of the template follow, then those of the page. */
export const ID = {
  templatePage: 1,
  page: 2,
  fonts: { fixed: { regular: 3, bold: 4 }, data: { regular: 5, bold: 6 } },
  templateLayer: 7,
  pageLayer: 8,
  firstObject: 9,
} as const;

/** Where files lie in the package. */
export const PATH = {
  ofd: "OFD.xml",
  document: "Doc_0/Document.xml",
  publicRes: "Doc_0/PublicRes.xml",
  documentRes: "Doc_0/DocumentRes.xml",
  resources: "Doc_0/Res/",
  template: "Doc_0/Tpls/Tpl_0/Content.xml",
  page: "Doc_0/Pages/Page_0/Content.xml",
  customTags: "Doc_0/Tags/CustomTags.xml",
  tags: "Doc_0/Tags/Tag_0.xml",
  attachments: "Doc_0/Attachs/Attachments.xml",
  message: "Doc_0/Attachs/message.json",
} as const;

/** Namespace of the file that says which object shows which data item. */
const TAG_NAMESPACE = "urn:ecert:ofd-tags:1";

/** The entry file. `docType` is `OFD-A` for archives (GB/T 42133). */
export function ofdXml(metadata: MessageMetadata, docId: string, docType: "OFD" | "OFD-A"): Buffer {
  const day = metadata.preparedAt.slice(0, 10);
  const info =
    textElement("DocID", docId) +
    textElement("Title", `${metadata.name} ${metadata.number}`) +
    textElement("Author", metadata.issuer.name) +
    textElement("CreationDate", day) +
    textElement("ModDate", day) +
    textElement("Creator", "ecert") +
    customDatas(metadata);
  const body =
    element("DocInfo", {}, info) +
    textElement("DocRoot", PATH.document) +
    textElement("Signatures", `${SIGNS}Signatures.xml`);
  return xmlFile("OFD", { Version: "1.0", DocType: docType }, element("DocBody", {}, body));
}

/** The document: one page over one template page. */
export function documentXml(page: { width: number; height: number }, maxId: number): Buffer {
  const common =
    textElement("MaxUnitID", String(maxId)) +
    element("PageArea", {}, textElement("PhysicalBox", `0 0 ${page.width} ${page.height}`)) +
    textElement("PublicRes", "PublicRes.xml") +
    textElement("DocumentRes", "DocumentRes.xml") +
    element("TemplatePage", { ID: ID.templatePage, BaseLoc: "Tpls/Tpl_0/Content.xml" });
  return xmlFile(
    "Document",
    {},
    element("CommonData", {}, common) +
      element("Pages", {}, element("Page", { ID: ID.page, BaseLoc: "Pages/Page_0/Content.xml" })) +
      textElement("CustomTags", "Tags/CustomTags.xml") +
      textElement("Attachments", "Attachs/Attachments.xml"),
  );
}

/** A font of the package. */
export interface FontEntry {
  id: number;
  weight: RunFont;
  /** PostScript name, and name of its file under the resources. */
  name: string;
  file: string;
}

/** The fonts. */
export function publicResXml(fonts: readonly FontEntry[]): Buffer {
  const entries = fonts.map(({ id, weight, name, file }) => {
    const bold = weight === "bold";
    // Readers that ignore embedded fonts look for the family, some of them without regard to weight.
    const family = bold ? "Noto Serif SC Bold" : weight === "regular" ? "Noto Serif SC" : name;
    const members = { ID: id, FontName: name, FamilyName: family, ...(bold && { Bold: "true" }) };
    return element("Font", members, textElement("FontFile", file));
  });
  return xmlFile("Res", { BaseLoc: "Res" }, element("Fonts", {}, entries.join("")));
}

/** The pictures. */
export function documentResXml(images: readonly { id: number; format: string; file: string }[]): Buffer {
  const entries = images.map(({ id, format, file }) =>
    element("MultiMedia", { ID: id, Type: "Image", Format: format }, textElement("MediaFile", file)),
  );
  return xmlFile("Res", { BaseLoc: "Res" }, entries.length > 0 ? element("MultiMedias", {}, entries.join("")) : "");
}

/** The template page: one layer that no certificate changes. */
export function templateXml(objects: string): Buffer {
  return xmlFile("Page", {}, content(ID.templateLayer, objects));
}

/** The page of the certificate, above the template page. */
export function pageXml(page: { width: number; height: number }, objects: string): Buffer {
  const area = element("Area", {}, textElement("PhysicalBox", `0 0 ${page.width} ${page.height}`));
  const template = element("Template", { TemplateID: ID.templatePage, ZOrder: "Background" });
  return xmlFile("Page", {}, area + template + content(ID.pageLayer, objects));
}

/** What stands round the objects in {@link pageXml}. */
export function pageFrame(page: { width: number; height: number }): { head: string; tail: string } {
  const [head, tail] = pageXml(page, "\0").toString().split("\0") as [string, string];
  return { head, tail };
}

function content(layer: number, objects: string): string {
  return element("Content", {}, element("Layer", { ID: layer, Type: "Body" }, objects));
}

/** The list of tag files (custom tags, the data index of GB/T 36905). */
export function customTagsXml(): Buffer {
  const tag = element("CustomTag", { TypeID: "ecert", NameSpace: TAG_NAMESPACE }, textElement("FileLoc", "Tag_0.xml"));
  return xmlFile("CustomTags", {}, tag);
}

/** Which objects show which data item, each item by the path that it has in the data message. */
export function tagsXml(shown: readonly { source: string; objectId: number }[]): Buffer {
  const bySource = new Map<string, number[]>();
  for (const { source, objectId } of shown) bySource.set(source, [...(bySource.get(source) ?? []), objectId]);
  return Buffer.from(tagItems(bySource));
}

/** The same from objects that are sorted by data item already. */
export function tagItems(shown: ReadonlyMap<string, readonly number[]>): string {
  let items = "";
  for (const [source, objects] of shown) {
    let references = "";
    for (const id of objects) references += `<ofd:ObjectRef PageRef="${ID.page}">${id}</ofd:ObjectRef>`;
    items += `<ec:Item Path="${escapeXml(source)}">${references}</ec:Item>`;
  }
  return `<?xml version="1.0" encoding="UTF-8"?>\n<ec:Items xmlns:ec="${TAG_NAMESPACE}" xmlns:ofd="${OFD_NAMESPACE}">${items}</ec:Items>`;
}

/** The list of attachments: the data message. */
export function attachmentsXml(metadata: MessageMetadata, size: number): Buffer {
  const attachment = {
    ID: "message",
    Name: "证照数据电文.json",
    Format: "json",
    CreationDate: metadata.preparedAt,
    // KB, as the standard has it.
    Size: String(Math.ceil((size / 1024) * 100) / 100),
    Visible: "false",
  };
  return xmlFile("Attachments", {}, element("Attachment", attachment, textElement("FileLoc", "message.json")));
}
