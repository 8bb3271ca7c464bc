import { Refusal } from "../domain/refusal.ts";

/** A superior that a body had. */
export interface FormerSuperior {
  /** Social credit code; absent where the body had none then. */
  superior?: string;
  /** Until when, RFC 3339, UTC. */
  until: string;
}

/** A body of the register. */
export interface RegisteredBody {
  /** Social credit code of the body above. */
  superior?: string;
  /** What stood above it before, oldest first. Absent where that never changed. */
  formerly?: readonly FormerSuperior[];
  /** Types that it may issue (证照类型代码), each by the Shanghai day since when, `yyyy-MM-dd`. */
  types: Readonly<Record<string, string>>;
}

/** What a register says: bodies by social credit code, as the province knew them when it was made. */
export interface RegisterContent {
  /** Node that publishes it, whose key signs it. */
  publisher: string;
  /** RFC 3339, UTC. */
  builtAt: string;
  bodies: Readonly<Record<string, RegisteredBody>>;
}

/** Name of the form, which the signature covers. */
export const REGISTER_SCHEMA = "ecert.issuer-register.v1";

const DAY = /^\d{4}-\d\d-\d\d$/;
/** Instants are compared as text, so only one form of them is taken. */
const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;

/**
 * Takes parsed JSON for a register where it is one in every member that is read: the node that signed it may be of another
 * version, or be mistaken. Throws `INVALID_FIELD`, naming the member; what is not known is left alone.
 */
export function registerContent(value: unknown): RegisterContent {
  if (!isObject(value) || value.schema !== REGISTER_SCHEMA) throw malformed("schema", `not of ${REGISTER_SCHEMA}`);
  const { publisher, builtAt, bodies } = value;
  if (typeof publisher !== "string" || publisher === "") throw malformed("publisher", "no node");
  if (!isInstant(builtAt)) throw malformed("builtAt", "no time in UTC to the millisecond");
  if (!isObject(bodies)) throw malformed("bodies", "no bodies by code");
  for (const [code, body] of Object.entries(bodies)) checkBody(`bodies.${code}`, body);
  return value as unknown as RegisterContent;
}

function checkBody(where: string, body: unknown): void {
  if (!isObject(body)) throw malformed(where, "no body");
  const { superior, formerly, types } = body;
  if (!isCode(superior)) throw malformed(`${where}.superior`, "no code");
  if (!isObject(types)) throw malformed(`${where}.types`, "no days by type");
  for (const day of Object.values(types)) {
    if (typeof day !== "string" || !DAY.test(day)) throw malformed(`${where}.types`, "a day that is none");
  }
  if (formerly === undefined) return;
  if (!Array.isArray(formerly)) throw malformed(`${where}.formerly`, "no list");
  let before = "";
  for (const one of formerly as unknown[]) {
    if (!isObject(one) || !isCode(one.superior) || !isInstant(one.until) || one.until < before) {
      throw malformed(`${where}.formerly`, "a former superior without code or time, or out of order");
    }
    before = one.until;
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isCode(value: unknown): boolean {
  return value === undefined || (typeof value === "string" && value !== "");
}

/** Whether a text is a time as registers have it, RFC 3339 in UTC to the millisecond. */
export function isInstant(value: unknown): value is string {
  return typeof value === "string" && INSTANT.test(value) && !Number.isNaN(Date.parse(value));
}

function malformed(where: string, what: string): Refusal {
  const field = `register.${where}`;
  const remedy = "fetch the register from the province again";
  return new Refusal("INVALID_FIELD", `register of issuers: ${where}: ${what}`, {
    fields: [{ field, description: what, remedy }],
  });
}
