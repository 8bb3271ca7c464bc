import { isCivilDate } from "./civil-date.ts";
import { maskName } from "./mask.ts";
import type { Holder, MessageMetadata } from "./message.ts";
import { Refusal } from "./refusal.ts";
import { isNodeCode } from "./sandbox.ts";

/** What the QR code on a face says. Enough to compare with the paper or screen that shows it; names no holder in full. */
export interface QrStatement {
  /** 证照标识: what the state is asked for. */
  identifier: string;
  /** 证照编号; one of more than {@link MAX_QR_NUMBER_BYTES} is cut there and ends in …. */
  number: string;
  /** 证照名称 */
  name: string;
  /** Holders, masked (张**); of more than two the first two, and how many there are (张**、李*等5人). */
  holder: string;
  issueDate: string;
  /** Last day of validity; absent without limit. */
  validTo?: string;
  /** Node that keeps the certificate, whose key signs this: where the state is asked, and whose bundle tells it. */
  node: string;
}

/** Longest text of a QR code, in bytes: only the name of an item can make it that long. */
export const MAX_QR_BYTES = 1024;
/** Longest number that a QR code shows in full, in bytes of UTF-8: each byte makes its modules smaller. */
export const MAX_QR_NUMBER_BYTES = 72;
/** Holders that it names. */
const MAX_QR_HOLDERS = 2;
/** Characters of a masked name; more stars would tell nothing but how long it is. */
const MAX_MASKED = 3;

const HEAD = "EC1";
/** Parts of a text: head, seven members, signature. */
const PARTS = 9;
const SIGNATURE = /^[A-Za-z0-9_-]{86}$/;

/** What the QR code of a certificate states. */
export function qrStatementOf(metadata: MessageMetadata): QrStatement {
  const { identifier, number, name, holders, issueDate, validTo, node } = metadata;
  const limited = validTo === undefined ? {} : { validTo };
  return { identifier, number: shortened(number), name, holder: holdersOf(holders), issueDate, ...limited, node };
}

function holdersOf(holders: readonly Holder[]): string {
  const masked = holders.slice(0, MAX_QR_HOLDERS).map(({ name }) => [...maskName(name)].slice(0, MAX_MASKED).join(""));
  return `${masked.join("、")}${holders.length > MAX_QR_HOLDERS ? `等${holders.length}人` : ""}`;
}

/** A number as far as the code has room for it, cut between characters. */
function shortened(number: string): string {
  const bytes = (text: string): number => new TextEncoder().encode(text).length;
  if (bytes(number) <= MAX_QR_NUMBER_BYTES) return number;
  const characters = [...number];
  while (bytes(characters.join("")) > MAX_QR_NUMBER_BYTES - bytes("…")) characters.pop();
  return `${characters.join("")}…`;
}

/** The part of the text that the node signs, as UTF-8. The same statement always gives the same text. */
export function qrSignedText(statement: QrStatement): string {
  const { identifier, number, name, holder, issueDate, validTo = "", node } = statement;
  return [HEAD, ...[identifier, number, name, holder, issueDate, validTo, node].map(escaped)].join("|");
}

/** The text of the QR code. `signature` is Ed25519 in base64url. Throws `TOO_LARGE` beyond {@link MAX_QR_BYTES}. */
export function qrText(statement: QrStatement, signature: string): string {
  const text = `${qrSignedText(statement)}|${signature}`;
  const size = new TextEncoder().encode(text).length;
  if (size > MAX_QR_BYTES) throw new Refusal("TOO_LARGE", `QR code: ${size} bytes are more than ${MAX_QR_BYTES}`);
  return text;
}

/**
 * Reads the text of a QR code: one spelling, a node that may be one, days that there are. Nothing is proven by it: check the signature over
 * `signed`. Throws `INVALID_FIELD`.
 */
export function readQrText(text: string): { statement: QrStatement; signed: string; signature: string } {
  const parts = text.split("|");
  const signature = parts.at(-1) ?? "";
  if (text.length > MAX_QR_BYTES || parts.length !== PARTS || parts[0] !== HEAD || !SIGNATURE.test(signature)) {
    throw new Refusal("INVALID_FIELD", "QR code: not the signed text of a certificate");
  }
  const [identifier = "", number = "", name = "", holder = "", issueDate = "", validTo = "", node = ""] = parts
    .slice(1, -1)
    .map(unescaped);
  const limited = validTo === "" ? {} : { validTo };
  const statement = { identifier, number, name, holder, issueDate, ...limited, node };
  if (!isNodeCode(node) || ![issueDate, validTo || issueDate].every(isCivilDate)) {
    throw new Refusal("INVALID_FIELD", "QR code: a node or a day that there is not");
  }
  const signed = qrSignedText(statement);
  if (`${signed}|${signature}` !== text)
    throw new Refusal("INVALID_FIELD", "QR code: written in another way than ours");
  return { statement, signed, signature };
}

function escaped(text: string): string {
  return text.replace(/[%|\p{Cc}]/gu, (one) => `%${one.charCodeAt(0).toString(16).padStart(2, "0")}`);
}

function unescaped(text: string): string {
  return text.replace(/%([0-9a-f]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
}
