import type { PlainPdf } from "../verification/pdf-form.ts";
import { memberOf } from "./dictionary-text.ts";

/** A certificate or revocation list in the document security store. */
export interface StoreEntry {
  kind: "Certs" | "CRLs";
  /** Object that holds it. */
  number: number;
  der: Buffer;
}

/** Which entries of the store one signature needs (validation-related information, EN 319 142-1 §5.4.2.3). */
export interface StoreUse {
  /** SHA-1 over the octets of the signature's `/Contents`, upper-case hex. */
  key: string;
  certs: number[];
  crls: number[];
}

/** A PDF as far as it has grown: what the next revision is written from, and nothing else of it. */
export interface PdfState {
  /** Octets so far: where the next revision begins. */
  end: number;
  /** Offset of its last cross-reference table, and text of the trailer dictionary behind it. */
  tableAt: number;
  trailer: string;
  /** The next free object number. */
  size: number;
  /** The catalog and the page that carries the fields of time stamps, as they stand now. */
  catalog: { number: number; text: string };
  page: { number: number; text: string };
  entries: readonly StoreEntry[];
  uses: readonly StoreUse[];
  /** Document time stamps so far. */
  stamps: number;
}

/** A revision as octets to append, and the state of the file behind it. */
export interface Appended {
  bytes: Buffer;
  state: PdfState;
}

/** Takes the state of a file of one revision and of `end` octets. Returns what is different where it has not the form of our faces. */
export function firstState(plain: PlainPdf, end: number): PdfState | { different: string } {
  const { objects, trailerText, tableAt } = plain;
  const catalog = objectNamed(plain, memberOf(trailerText, "Root"));
  const pages = catalog && objectNamed(plain, memberOf(catalog.text, "Pages"));
  const page = pages && objectNamed(plain, /^\[\s*(\d+ 0 R)/.exec(memberOf(pages.text, "Kids") ?? "")?.[1]);
  if (catalog === undefined || page === undefined || memberOf(page.text, "Type") !== "/Page") {
    return { different: "its catalog does not lead to a first page" };
  }
  if (memberOf(trailerText, "Size") !== String(objects.size + 1))
    return { different: "its trailer counts other objects" };
  if (memberOf(catalog.text, "DSS") !== undefined) return { different: "it was signed with a security store in it" };
  // A reference into the void could be given a target by what is appended.
  for (const { number, references } of objects.values()) {
    const loose = references.find((target) => !objects.has(target));
    if (loose !== undefined) return { different: `object ${number} refers to object ${loose}, which is not there` };
  }
  return {
    end,
    tableAt,
    trailer: trailerText,
    size: objects.size + 1,
    catalog,
    page,
    entries: [],
    uses: [],
    stamps: 0,
  };
}

function objectNamed({ objects }: PlainPdf, reference: string | undefined) {
  const number = /^(\d+) 0 R$/.exec(reference ?? "")?.[1];
  const object = number === undefined ? undefined : objects.get(Number(number));
  return object?.stream === undefined ? object && { number: object.number, text: object.text } : undefined;
}
