import { Refusal } from "../../domain/refusal.ts";
import { OFD_NAMESPACE } from "./xml.ts";

/** An element of an OFD file. */
export interface XmlElement {
  /** Without the prefix, which is always `ofd:`. */
  name: string;
  attributes: ReadonlyMap<string, string>;
  children: XmlElement[];
  /** The text directly in it, references resolved. */
  text: string;
}

const MAX_BYTES = 8 << 20;
const MAX_DEPTH = 32;
const MAX_ELEMENTS = 100_000;

const NAME = "ofd:([A-Za-z][A-Za-z0-9]*)";
const START = new RegExp(`<${NAME}((?:\\s+[A-Za-z][A-Za-z0-9:]*\\s*=\\s*(?:"[^"<]*"|'[^'<]*'))*)\\s*(/?)>`, "y");
const END = new RegExp(`</${NAME}\\s*>`, "y");
const ATTRIBUTE = /\s+([A-Za-z][A-Za-z0-9:]*)\s*=\s*(?:"([^"]*)"|'([^']*)')/g;
const DECLARATION =
  /^\uFEFF?(?:<\?xml version=["']1\.0["'](?: encoding=["'](?:UTF|utf)-8["'])?(?: standalone=["'](?:yes|no)["'])?\s*\?>)?\s*/;

/**
 * Reads a small XML file of a package: elements with prefix `ofd`, attributes, text and the five references of XML, up to
 * 32 deep. There is no DTD, so no entity can grow or reach outside; processing instructions, comments and CDATA are
 * refused as well: none of what we read has use for them. Throws `INVALID_FIELD`, naming the file.
 */
export function readXml(bytes: Buffer, path: string): XmlElement {
  const malformed = (detail: string): Refusal => new Refusal("INVALID_FIELD", `${path}: ${detail}`);
  if (bytes.length > MAX_BYTES) throw new Refusal("TOO_LARGE", `${path}: more than ${MAX_BYTES} bytes of XML`);
  const text = decodeUtf8(bytes);
  if (text === undefined) throw malformed("is not UTF-8");
  const resolve = (raw: string): string => {
    const resolved = resolveReferences(raw);
    if (resolved === undefined) throw malformed("an unknown reference, or a bare &");
    return resolved;
  };
  const open: XmlElement[] = [];
  let root: XmlElement | undefined;
  let count = 0;
  for (let at = (DECLARATION.exec(text) as RegExpExecArray)[0].length; at < text.length; ) {
    const parent = open.at(-1);
    if (text[at] !== "<") {
      const until = text.indexOf("<", at);
      const run = text.slice(at, until < 0 ? text.length : until);
      if (parent !== undefined) parent.text += resolve(run);
      else if (run.trim() !== "") throw malformed("text outside the root element");
      at += run.length;
      continue;
    }
    END.lastIndex = START.lastIndex = at;
    const end = END.exec(text);
    if (end !== null) {
      if (open.pop()?.name !== end[1]) throw malformed(`</ofd:${end[1]}> closes another element`);
      at = END.lastIndex;
      continue;
    }
    const start = START.exec(text);
    if (start === null) throw malformed("something other than an element of the prefix ofd");
    if (parent === undefined && root !== undefined) throw malformed("two root elements");
    if (++count > MAX_ELEMENTS || open.length >= MAX_DEPTH) throw malformed("too many elements, or too deep");
    const made = { name: start[1] as string, attributes: new Map<string, string>(), children: [], text: "" };
    for (const [, name = "", double, single] of (start[2] as string).matchAll(ATTRIBUTE)) {
      if (made.attributes.has(name)) throw malformed(`attribute ${name} is there twice`);
      made.attributes.set(name, resolve(double ?? single ?? ""));
    }
    if (parent === undefined) {
      if (made.attributes.get("xmlns:ofd") !== OFD_NAMESPACE) throw malformed("the root is not of the OFD namespace");
      root = made;
    } else if (made.attributes.has("xmlns:ofd")) throw malformed("the prefix is declared again");
    else parent.children.push(made);
    if (start[3] === "") open.push(made);
    at = START.lastIndex;
  }
  if (root === undefined || open.length > 0) throw malformed("is cut short");
  return root;
}

/** The elements of this name below another, in their order. */
export function elementsOf(parent: XmlElement, name: string): XmlElement[] {
  return parent.children.flatMap((child) => (child.name === name ? [child] : elementsOf(child, name)));
}

/** The one child of this name. Throws `INVALID_FIELD` if there is none, or more than one. */
export function onlyChild(parent: XmlElement, name: string): XmlElement {
  const [child, other] = parent.children.filter((candidate) => candidate.name === name);
  if (child === undefined || other !== undefined) {
    throw new Refusal("INVALID_FIELD", `OFD package: ${parent.name} needs exactly one ${name}`);
  }
  return child;
}

function decodeUtf8(bytes: Buffer): string | undefined {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

const NAMED: Readonly<Record<string, string>> = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'" };

function resolveReferences(raw: string): string | undefined {
  if (!raw.includes("&")) return raw;
  let valid = true;
  const text = raw.replace(/&(?:#(\d{1,7})|#x([0-9a-fA-F]{1,6})|([a-z]+));|&/g, (_, decimal, hex, name) => {
    const code = decimal !== undefined ? Number(decimal) : hex !== undefined ? Number.parseInt(hex, 16) : undefined;
    const char =
      code === undefined ? NAMED[name ?? ""] : code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : undefined;
    if (char === undefined) valid = false;
    return char ?? "";
  });
  return valid ? text : undefined;
}
