import { type KeyObject, sign, verify } from "node:crypto";
import { canonicalBytes } from "../../domain/canonical.ts";
import { isCivilDate } from "../../domain/civil-date.ts";
import { type FieldViolation, Refusal, terminalFault } from "../../domain/refusal.ts";
import { isNodeCode } from "../../domain/sandbox.ts";
import { socialCreditCodeFault } from "../../domain/social-credit-code.ts";
import { originHash } from "../origin-sign.ts";
import { loadCredentialKey, type OfficerCredential } from "./credential.ts";

/** Name of the form, and context of the department's signature over it. */
export const OFFICERS_SCHEMA = "ecert.officers.v1";

/** A member of staff whose confirmations a department takes. */
export interface ListedOfficer {
  /** Identifier of the account on the node. */
  account: string;
  name: string;
  /** Items that he confirms; absent: all that the policy lets officers confirm. */
  items?: readonly string[];
  credentials: readonly OfficerCredential[];
}

/** What a department says of its officers' security keys. */
export interface OfficerList {
  /** Node on whose console they work, and the department's social credit code. */
  node: string;
  department: string;
  /** Higher with every list: no agent goes back. */
  version: number;
  /** Days, Shanghai: from when the list holds, and the last one on which it does. */
  from: string;
  until: string;
  /** Relying party of the console, a domain, and the pages on which is confirmed, as browsers write origins. */
  rpId: string;
  origins: readonly string[];
  officers: readonly ListedOfficer[];
}

/** Largest list in bytes; officers, and security keys in all, at most. */
export const MAX_LIST_BYTES = 1 << 20;
export const MAX_OFFICERS = 1_000;
export const MAX_CREDENTIALS = 2_000;

const DOMAIN = /^(?=.{1,253}$)[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*$/;
const ORIGIN = /^https:\/\/([a-z0-9.-]{1,253})(:[1-9]\d{0,4})?$|^http:\/\/(localhost)(:[1-9]\d{0,4})?$/;
const ACCOUNT = /^[^\s\p{C}]{1,64}$/u;
const NAME = /^[^\p{C}]{1,100}$/u;

/** Signs a list by the department's key (Ed25519 or P-256). Returns the text of its file. Throws as {@link readOfficerList} on faults. */
export function signOfficerList(list: OfficerList, key: KeyObject): string {
  const content = { schema: OFFICERS_SCHEMA, ...list };
  officerListIn(content);
  const signature = sign(originHash(key), signedBytes(content), key).toString("base64url");
  return `${JSON.stringify({ ...content, signature }, null, 2)}\n`;
}

/**
 * Reads a list that the department has signed. Throws `SIGNATURE_INVALID` where the key has not signed it, `TOO_LARGE`, and `INVALID_FIELD`
 * with every fault; members that are not known are faults.
 */
export function readOfficerList(text: string, key: KeyObject): OfficerList {
  const { signature, ...content } = parsed(text);
  const value = typeof signature === "string" ? Buffer.from(signature, "base64url") : Buffer.alloc(0);
  if (!verify(originHash(key), signedBytes(content), key, value)) {
    throw new Refusal("SIGNATURE_INVALID", "list of officers: the department's key has not signed it");
  }
  return officerListIn(content);
}

/** The list in a text that need not be signed. Throws as {@link readOfficerList} but for the signature. */
export function unsignedOfficerList(text: string): OfficerList {
  const { signature: _, ...content } = parsed(text);
  return officerListIn(content);
}

function signedBytes(content: object): Uint8Array {
  return Buffer.concat([Buffer.from(`${OFFICERS_SCHEMA}\0`, "latin1"), canonicalBytes(content)]);
}

function parsed(text: string): Record<string, unknown> {
  if (Buffer.byteLength(text) > MAX_LIST_BYTES)
    throw new Refusal("TOO_LARGE", `list of officers: larger than ${MAX_LIST_BYTES} bytes`);
  try {
    const value: unknown = JSON.parse(text);
    if (isObject(value)) return value;
  } catch {
    // Told below.
  }
  throw new Refusal("INVALID_FIELD", "list of officers: no JSON object");
}

type Report = (field: string, description: string) => void;

function officerListIn(content: Record<string, unknown>): OfficerList {
  const fields: FieldViolation[] = [];
  const report: Report = (field, description) => void fields.push(terminalFault(field, description));
  const { schema, node, department, version, from, until, rpId, origins, officers, ...more } = content;
  for (const member of Object.keys(more)) report(member, "is unknown");
  if (schema !== OFFICERS_SCHEMA) report("schema", `must be ${OFFICERS_SCHEMA}`);
  if (typeof node !== "string" || !isNodeCode(node)) report("node", "is no code of a node");
  if (typeof department !== "string" || socialCreditCodeFault(department) !== undefined)
    report("department", "is no unified social credit code");
  if (!Number.isSafeInteger(version) || (version as number) < 1) report("version", "must be a whole number from 1");
  checkDays({ from, until }, "", report);
  if (typeof rpId !== "string" || !DOMAIN.test(rpId)) report("rpId", "must be a domain in lower case");
  if (!isList(origins, 1, 10)) report("origins", "must be a list of 1 to 10");
  else for (const [at, one] of origins.entries()) checkOrigin(one, String(rpId), `origins[${at}]`, report);
  if (!isList(officers, 0, MAX_OFFICERS)) report("officers", `must be a list of at most ${MAX_OFFICERS}`);
  else checkOfficers(officers, report);
  if (fields.length === 0) return content as unknown as OfficerList;
  const told = fields.slice(0, 10).map(({ field, description }) => `${field} ${description}`);
  throw new Refusal("INVALID_FIELD", `list of officers: ${told.join("; ")}`, { fields });
}

/** A page of the relying party itself, or of a host below it: browsers give its keys to no other. */
function checkOrigin(origin: unknown, rpId: string, field: string, report: Report): void {
  const [, secure, , local] = (typeof origin === "string" && ORIGIN.exec(origin)) || [];
  const host = secure ?? local;
  if (host === undefined) report(field, "must be an origin, https://HOST or https://HOST:PORT");
  else if (host !== rpId && !host.endsWith(`.${rpId}`)) report(field, `is no page of ${rpId}`);
}

function checkOfficers(officers: readonly unknown[], report: Report): void {
  const accounts = new Set<unknown>();
  const ids = new Set<unknown>();
  for (const [at, officer] of officers.entries()) {
    const where = `officers[${at}]`;
    if (!isObject(officer)) {
      report(where, "must be an object");
      continue;
    }
    const { account, name, items, credentials, ...more } = officer;
    for (const member of Object.keys(more)) report(`${where}.${member}`, "is unknown");
    if (!matches(account, ACCOUNT)) report(`${where}.account`, "must be 1 to 64 characters without blanks");
    if (accounts.has(account)) report(`${where}.account`, "is given twice");
    accounts.add(account);
    if (!matches(name, NAME)) report(`${where}.name`, "must be 1 to 100 characters");
    const codes = items === undefined || (isList(items, 1, 1_000) && items.every((one) => matches(one, ACCOUNT)));
    if (!codes) report(`${where}.items`, "must be a list of codes of items");
    if (!isList(credentials, 0, 20)) report(`${where}.credentials`, "must be a list of at most 20");
    else for (const [n, one] of credentials.entries()) checkCredential(one, `${where}.credentials[${n}]`, ids, report);
  }
  if (ids.size > MAX_CREDENTIALS) report("officers", `have more than ${MAX_CREDENTIALS} security keys`);
}

function checkCredential(credential: unknown, where: string, ids: Set<unknown>, report: Report): void {
  if (!isObject(credential)) {
    report(where, "must be an object");
    return;
  }
  const { id, publicKey, since, until, page, ...more } = credential;
  for (const member of Object.keys(more)) report(`${where}.${member}`, "is unknown");
  if (!isCredentialId(id)) report(`${where}.id`, "must be 16 to 1,023 octets in Base64url");
  if (ids.has(id)) report(`${where}.id`, "is given twice");
  ids.add(id);
  if (typeof publicKey !== "string" || loadCredentialKey(publicKey) === undefined)
    report(`${where}.publicKey`, "must be a P-256, Ed25519 or RSA (2,048 to 4,096 bits) key, DER in Base64url");
  checkDays({ from: since, until }, where, report, { from: "since", ended: false });
  if (page !== undefined && !matches(page, ORIGIN))
    report(`${where}.page`, "must be an origin, https://HOST or https://HOST:PORT");
}

function checkDays(
  { from, until }: { from: unknown; until: unknown },
  where: string,
  report: Report,
  { from: first, ended } = { from: "from", ended: true },
): void {
  const at = (member: string) => (where === "" ? member : `${where}.${member}`);
  const isDay = (value: unknown): value is string => typeof value === "string" && isCivilDate(value);
  if (!isDay(from)) report(at(first), "must be a day, yyyy-MM-dd");
  if (until === undefined && !ended) return;
  if (!isDay(until)) report(at("until"), "must be a day, yyyy-MM-dd");
  else if (isDay(from) && until < from) report(at("until"), "lies before its beginning");
}

/** Whether a text is a credential id in the one spelling that it has. */
export function isCredentialId(id: unknown): id is string {
  if (typeof id !== "string") return false;
  const octets = Buffer.from(id, "base64url");
  return octets.length >= 16 && octets.length <= 1_023 && octets.toString("base64url") === id;
}

function matches(value: unknown, pattern: RegExp): boolean {
  return typeof value === "string" && pattern.test(value);
}

function isList(value: unknown, least: number, most: number): value is unknown[] {
  return Array.isArray(value) && value.length >= least && value.length <= most;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
