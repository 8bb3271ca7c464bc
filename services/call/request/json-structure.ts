import { MAX_DEPTH, MAX_FIELDS } from "./request-limits.ts";
import { beyond } from "./request-structure.ts";

const [QUOTE, BACKSLASH, COMMA, COLON] = [0x22, 0x5c, 0x2c, 0x3a];
const [OPEN_LIST, CLOSE_LIST, OPEN_OBJECT, CLOSE_OBJECT] = [0x5b, 0x5d, 0x7b, 0x7d];

/**
 * Holds JSON text to the same limits as the binary form, before it is parsed: members and elements, and depth. Throws
 * `TOO_LARGE` with the limit's name; what is no JSON is left to the parser.
 */
export function checkJsonStructure(text: Uint8Array, limits = { fields: MAX_FIELDS, depth: MAX_DEPTH }): void {
  let fields = 0;
  let depth = 0;
  for (let at = 0; at < text.length; at++) {
    switch (text[at]) {
      case QUOTE:
        at = endOfString(text, at + 1);
        break;
      case COMMA:
      case COLON:
        fields++;
        break;
      case OPEN_LIST:
      case OPEN_OBJECT:
        fields++;
        depth++;
        break;
      case CLOSE_LIST:
      case CLOSE_OBJECT:
        depth--;
        break;
    }
    if (fields > limits.fields) throw beyond("fields", limits.fields, "members and elements");
    if (depth > limits.depth) throw beyond("depth", limits.depth, "values inside each other");
  }
}

/** Where a string ends: most of a large request is one. */
function endOfString(text: Uint8Array, from: number): number {
  let at = from;
  for (;;) {
    const end = text.indexOf(QUOTE, at);
    if (end < 0) return text.length;
    let slashes = 0;
    while (end - slashes > from && text[end - slashes - 1] === BACKSLASH) slashes++;
    if (slashes % 2 === 0) return end;
    at = end + 1;
  }
}
