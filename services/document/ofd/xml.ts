import { Refusal } from "../../domain/refusal.ts";

/** Namespace of all OFD structures (GB/T 33190). */
export const OFD_NAMESPACE = "http://www.ofdspec.org/2016";

const DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>\n';

/** What XML 1.0 cannot hold, whether escaped or not: most controls, halves of surrogate pairs, U+FFFE and U+FFFF. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must not pass
const FORBIDDEN = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]|\p{Surrogate}/u;
const SPECIAL = /[&<>"'\t\n\r]/g;
const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&apos;",
  // Written out, since readers normalise white space in attributes.
  "\t": "&#9;",
  "\n": "&#10;",
  "\r": "&#13;",
};

/**
 * A text as it stands in XML, in an element or in an attribute. Throws `DATA_INVALID`, naming the code point, for what no
 * XML can hold.
 */
export function escapeXml(text: string): string {
  const bad = FORBIDDEN.exec(text);
  if (bad !== null) {
    const code = (bad[0].codePointAt(0) as number).toString(16).toUpperCase().padStart(4, "0");
    throw new Refusal("DATA_INVALID", `the character U+${code} cannot stand in an OFD document`, {
      metadata: { codePoint: `U+${code}` },
    });
  }
  return text.replace(SPECIAL, (char) => ENTITIES[char] as string);
}

/** Attributes in the order in which they are written; absent ones are left out. */
export type Attributes = Readonly<Record<string, string | number | undefined>>;

/** An element of the OFD namespace. `content` is XML already: children joined, or a text given through {@link escapeXml}. */
export function element(name: string, attributes: Attributes, content = ""): string {
  let head = `<ofd:${name}`;
  for (const [key, value] of Object.entries(attributes)) {
    if (value !== undefined) head += ` ${key}="${typeof value === "number" ? value : escapeXml(value)}"`;
  }
  return content === "" ? `${head}/>` : `${head}>${content}</ofd:${name}>`;
}

/** An element that holds a text. */
export function textElement(name: string, text: string, attributes: Attributes = {}): string {
  return element(name, attributes, escapeXml(text));
}

/** A whole XML file with this root element of the OFD namespace. */
export function xmlFile(root: string, attributes: Attributes, content: string): Buffer {
  return Buffer.from(`${DECLARATION}${element(root, { "xmlns:ofd": OFD_NAMESPACE, ...attributes }, content)}`, "utf8");
}
