import { instantOf } from "../../domain/instant.ts";
import type { PlainPdf } from "./pdf-form.ts";

/** What a PDF says about itself in places that its signature covers. */
export interface PdfFacts {
  /** Certificate identifier, from XMP. */
  identifier?: string;
  /** Validity, from XMP; members are absent where it is open, the whole where nothing is said. */
  validity?: { validFrom?: string; validTo?: string };
  /** Node that keeps the certificate, from XMP. */
  node?: string;
  /** `/M` of the signature dictionary. */
  claimedTime?: Date;
}

/** Reads the facts of a plain file. Where something is there twice it counts as absent. */
export function pdfFacts({ objects }: PlainPdf): PdfFacts {
  const all = [...objects.values()];
  const packets = all.filter(({ names }) => names.includes("Metadata") && names.includes("XML"));
  const packet = packets.length === 1 ? packets[0] : undefined;
  const xmp = packet?.stream?.toString("utf8") ?? "";
  const identifier = only(xmp, /<dc:identifier>([^<]{1,128})<\/dc:identifier>/g);
  const validity = validityOf(only(xmp, /<dc:coverage>([^<]{1,40})<\/dc:coverage>/g) ?? "");
  const node = only(xmp, /<dc:source>([^<]{1,12})<\/dc:source>/g);
  const signatures = all.filter(({ names }) => names.includes("ByteRange"));
  const dictionary = signatures.length === 1 ? signatures[0]?.text : undefined;
  const time = pdfTime(only(dictionary ?? "", /\/M\s*\(([^()\\]{1,40})\)/g) ?? "");
  return {
    ...(identifier !== undefined && { identifier }),
    ...(validity !== undefined && { validity }),
    ...(node !== undefined && { node }),
    ...(time !== undefined && { claimedTime: time }),
  };
}

/** `from/to`, civil dates; `..` for an open end (ISO 8601-2). */
function validityOf(text: string): PdfFacts["validity"] {
  const match = /^(\d{4}-\d\d-\d\d|\.\.)\/(\d{4}-\d\d-\d\d|\.\.)$/.exec(text);
  if (match === null) return undefined;
  const [, from = "..", to = ".."] = match;
  return { ...(from !== ".." && { validFrom: from }), ...(to !== ".." && { validTo: to }) };
}

function only(text: string, pattern: RegExp): string | undefined {
  const [first, second] = text.matchAll(pattern);
  return second === undefined ? first?.[1] : undefined;
}

/** A date of PDF (ISO 32000-1 §7.9.4), to the second. Without a zone, which it leaves open, it is of Asia/Shanghai. */
function pdfTime(text: string): Date | undefined {
  const match = /^D:(\d{14})(Z|[+-]\d\d'\d\d'?)?$/.exec(text);
  if (match === null) return undefined;
  const [, digits = "", zone = ""] = match;
  const time = instantOf(`${digits}${zone.replaceAll("'", "")}`);
  return Number.isNaN(time) ? undefined : new Date(time);
}
