import type { PDFContext, PDFObject } from "pdf-lib";
import { PDFString } from "pdf-lib";
import type { MessageMetadata } from "../../domain/message.ts";
import { refuseField } from "../../domain/refusal.ts";
import { textString } from "./objects.ts";

/** What a PDF says of itself, in its information dictionary and in XMP alike (PDF/A wants them equal). */
export interface DocumentInfo {
  title: string;
  author: string;
  /** Certificate identifier (证照标识), for machines that hold the file alone; in XMP only, as `dc:identifier`. */
  identifier: string;
  /** Validity as `from/to`, `..` for an open end (ISO 8601-2), for the same readers: `dc:coverage`. */
  validity: string;
  /** Node that keeps the certificate, of whose archive its state is to be learnt: `dc:source`. */
  node: string;
  /** The moment of `metadata.preparedAt`, as PDF and as XMP write it. */
  pdfDate: string;
  xmpDate: string;
}

const PRODUCER = "ecert";

/** Takes the document information from the metadata. Throws `INVALID_FIELD` if `preparedAt` is not a full time. */
export function documentInfo(metadata: MessageMetadata): DocumentInfo {
  const match = /^(\d{4})-(\d{2})-(\d{2})T(\d{2}):(\d{2}):(\d{2})(?:\.\d+)?(Z|[+-]\d{2}:\d{2})$/.exec(
    metadata.preparedAt,
  );
  if (match === null) {
    throw refuseField(
      "INVALID_FIELD",
      "metadata.preparedAt",
      "is not a time",
      "provide yyyy-MM-ddTHH:mm:ss+08:00",
      "不是时间，应为yyyy-MM-ddTHH:mm:ss+08:00",
    );
  }
  const [, year, month, day, hour, minute, second, zone] = match as unknown as string[];
  const offset = zone === "Z" ? "Z" : `${zone?.replace(":", "'")}'`;
  return {
    title: printable(`${metadata.name} ${metadata.number}`),
    author: printable(metadata.issuer.name),
    identifier: printable(metadata.identifier),
    validity: `${metadata.validFrom ?? ".."}/${metadata.validTo ?? ".."}`,
    node: printable(metadata.node),
    pdfDate: `D:${year}${month}${day}${hour}${minute}${second}${offset}`,
    xmpDate: `${year}-${month}-${day}T${hour}:${minute}:${second}${zone}`,
  };
}

/** A text string for people, in UTF-16, as it stands in a file. */
export function utf16(text: string): string {
  return `<FEFF${Buffer.from(text, "utf16le").swap16().toString("hex").toUpperCase()}>`;
}

/** The information dictionary. */
export function infoDictionary(context: PDFContext, info: DocumentInfo): PDFObject {
  return context.obj({
    Title: textString(info.title),
    Author: textString(info.author),
    Creator: PDFString.of(PRODUCER),
    Producer: PDFString.of(PRODUCER),
    CreationDate: PDFString.of(info.pdfDate),
    ModDate: PDFString.of(info.pdfDate),
  });
}

/** The XMP packet, which declares PDF/A-2b (ISO 19005-2) or PDF/A-3b (ISO 19005-3). */
export function xmpPacket(info: DocumentInfo, form: "A-2b" | "A-3b"): Buffer {
  const text = `<?xpacket begin="\uFEFF" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:pdf="http://ns.adobe.com/pdf/1.3/" xmlns:pdfaid="http://www.aiim.org/pdfa/ns/id/" xmlns:xmp="http://ns.adobe.com/xap/1.0/">
<pdfaid:part>${form.charAt(2)}</pdfaid:part><pdfaid:conformance>B</pdfaid:conformance>
<dc:title><rdf:Alt><rdf:li xml:lang="x-default">${escapeXml(info.title)}</rdf:li></rdf:Alt></dc:title>
<dc:creator><rdf:Seq><rdf:li>${escapeXml(info.author)}</rdf:li></rdf:Seq></dc:creator>
<dc:identifier>${escapeXml(info.identifier)}</dc:identifier><dc:coverage>${escapeXml(info.validity)}</dc:coverage><dc:source>${escapeXml(info.node)}</dc:source>
<pdf:Producer>${PRODUCER}</pdf:Producer><xmp:CreatorTool>${PRODUCER}</xmp:CreatorTool>
<xmp:CreateDate>${info.xmpDate}</xmp:CreateDate><xmp:ModifyDate>${info.xmpDate}</xmp:ModifyDate>
</rdf:Description></rdf:RDF></x:xmpmeta>
<?xpacket end="r"?>`;
  return Buffer.from(text, "utf8");
}

/** XML cannot hold control characters, whether escaped or not. */
function printable(text: string): string {
  return text.replaceAll(/\p{Cc}/gu, " ");
}

/** Readers find signatures by `/ByteRange` in the octets of a file, and the packet lies in it as it is. */
function escapeXml(text: string): string {
  const escaped = text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
  return escaped.replaceAll("/ByteRange", "&#47;ByteRange");
}
