import { Refusal } from "../domain/refusal.ts";
import { type RegisterContent, type RegisteredBody, registeredBody, registerHead } from "./register-content.ts";

const BEGIN = '{"bodies":{';
const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const OPEN = 0x7b;
const CLOSE = 0x7d;
const COMMA = 0x2c;
const COLON = 0x3a;

/**
 * Reads the text of a register body by body, so that whoever serves calls can pause between two of them: a register of all departments of a
 * province is megabytes. Gives the same as reading it whole, and throws the same (`INVALID_FIELD`).
 */
export function* registerParts(text: Uint8Array): Generator<void, RegisterContent> {
  const bytes = Buffer.from(text.buffer, text.byteOffset, text.byteLength);
  if (bytes.toString("latin1", 0, BEGIN.length) !== BEGIN) throw damaged();
  const bodies: Record<string, RegisteredBody> = {};
  let at = BEGIN.length;
  while (bytes[at] !== CLOSE) {
    const key = bytes.indexOf(QUOTE, at + 1);
    if (bytes[at] !== QUOTE || key < 0 || bytes[key + 1] !== COLON || bytes[key + 2] !== OPEN) throw damaged();
    const code = bytes.toString("utf8", at + 1, key);
    if (code.includes("\\") || Object.hasOwn(bodies, code)) throw damaged();
    const end = endOf(bytes, key + 2);
    Object.defineProperty(bodies, code, {
      value: registeredBody(code, parsed(bytes.toString("utf8", key + 2, end))),
      ...{ enumerable: true, configurable: true, writable: true },
    });
    at = end;
    if (bytes[at] === COMMA) at += 1;
    else if (bytes[at] !== CLOSE) throw damaged();
    yield;
  }
  return { ...registerHead(parsed(`{"bodies":{}${bytes.toString("utf8", at + 1)}`)), bodies };
}

/** Behind the brace that closes the object which begins at `at`. */
function endOf(bytes: Buffer, at: number): number {
  let depth = 0;
  let inText = false;
  for (let place = at; place < bytes.length; place++) {
    const byte = bytes[place];
    if (inText) {
      if (byte === BACKSLASH) place += 1;
      else if (byte === QUOTE) inText = false;
    } else if (byte === QUOTE) inText = true;
    else if (byte === OPEN) depth += 1;
    else if (byte === CLOSE && --depth === 0) return place + 1;
  }
  throw damaged();
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw damaged();
  }
}

function damaged(): Refusal {
  return new Refusal("INVALID_FIELD", "register of issuers: not in the form in which it is signed");
}
