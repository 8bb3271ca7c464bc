import { isCivilDate } from "../domain/civil-date.ts";
import { isUtcInstant } from "../domain/instant.ts";
import { Refusal } from "../domain/refusal.ts";
import { isNodeCode } from "../domain/sandbox.ts";

/** A superior that a body had. */
export interface FormerSuperior {
  /** Social credit code; absent where the body had none then. */
  superior?: string;
  /** Until when, RFC 3339, UTC. */
  until: string;
}

/** A time in which a body issues an item at a node (5.6.2, 5.1.3). */
export interface RightPeriod {
  /** 证照类型代码 of the item. */
  type: string;
  /** Node that issues. */
  node: string;
  /** First day, `yyyy-MM-dd`, Asia/Shanghai. */
  from: string;
  /** Last day. Absent: no end yet. */
  until?: string;
  /** The right serves the bodies below too. Told of {@link RegisteredBody.exact} bodies. */
  units?: true;
  /** Social credit code of the body above whose right this is. Told of {@link RegisteredBody.exact} bodies. */
  above?: string;
}

/** A body of the register: one that the province has confirmed. */
export interface RegisteredBody {
  /** Node that owns its record. */
  node: string;
  /** Social credit code of the body above. */
  superior?: string;
  /** Its periods tell what the province has said of this body and what of one above: absent in registers from before that was told. */
  exact?: true;
  /** What stood above it before, oldest first. Absent where that never changed. */
  formerly?: readonly FormerSuperior[];
  /** What it issues, by item code: oldest first, and those of one type never at the same time. */
  rights: Readonly<Record<string, readonly RightPeriod[]>>;
}

/** What a register says: bodies by social credit code, as the province had confirmed them when it was made. */
export interface RegisterContent {
  /** Node that publishes it, whose key signs it. */
  publisher: string;
  /** RFC 3339, UTC. */
  builtAt: string;
  bodies: Readonly<Record<string, RegisteredBody>>;
}

/** Name of the form, which the signature covers. */
export const REGISTER_SCHEMA = "ecert.issuer-register.v2";

/** What is said of a whole register beside its bodies. */
type Head = Omit<RegisterContent, "bodies">;

/**
 * Takes parsed JSON for a register where it is one in every member that is read: the node that signed it may be of another
 * version, or be mistaken. Throws `INVALID_FIELD`, naming the member; what is not known is left alone.
 */
export function registerContent(value: unknown): RegisterContent {
  const { publisher, builtAt } = registerHead(value);
  const { bodies } = value as { bodies: unknown };
  if (!isObject(bodies)) throw malformed("bodies", "no bodies by code");
  for (const [code, body] of Object.entries(bodies)) registeredBody(code, body);
  return { publisher, builtAt, bodies: bodies as RegisterContent["bodies"] };
}

/** The same for what stands beside the bodies. */
export function registerHead(value: unknown): Head {
  if (!isObject(value) || value.schema !== REGISTER_SCHEMA) throw malformed("schema", `not of ${REGISTER_SCHEMA}`);
  const { publisher, builtAt } = value;
  if (typeof publisher !== "string" || publisher === "") throw malformed("publisher", "no node");
  if (!isUtcInstant(builtAt)) throw malformed("builtAt", "no time in UTC to the millisecond");
  return { publisher, builtAt };
}

/** The same for one body. */
export function registeredBody(code: string, body: unknown): RegisteredBody {
  const where = `bodies.${code}`;
  if (!isObject(body)) throw malformed(where, "no body");
  const { node, superior, formerly, rights } = body;
  if (!isNode(node)) throw malformed(`${where}.node`, "no node");
  if (!isCode(superior)) throw malformed(`${where}.superior`, "no code");
  if (!isObject(rights)) throw malformed(`${where}.rights`, "no periods by item");
  for (const [item, periods] of Object.entries(rights)) checkPeriods(`${where}.rights.${item}`, periods);
  checkFormer(`${where}.formerly`, formerly);
  return body as unknown as RegisteredBody;
}

function checkPeriods(where: string, periods: unknown): void {
  if (!Array.isArray(periods)) throw malformed(where, "no list");
  /** Last day of each type so far; one without end leaves room for no other. */
  const ended = new Map<string, string | undefined>();
  let before = "";
  for (const period of periods as unknown[]) {
    if (!isObject(period)) throw malformed(where, "no period");
    const { type, node, from, until } = period;
    if (typeof type !== "string" || type === "") throw malformed(where, "a period without type");
    if (!isNode(node)) throw malformed(where, "a period without node");
    if (!isDay(from) || !(until === undefined || (isDay(until) && until >= from))) {
      throw malformed(where, "a period without days, or that ends before it begins");
    }
    if (from < before) throw malformed(where, "periods out of order");
    if (ended.has(type) && !((ended.get(type) ?? "9999-12-31") < from)) throw malformed(where, "periods at one time");
    ended.set(type, until);
    before = from;
  }
}

function checkFormer(where: string, formerly: unknown): void {
  if (formerly === undefined) return;
  if (!Array.isArray(formerly)) throw malformed(where, "no list");
  let before = "";
  for (const one of formerly as unknown[]) {
    if (!isObject(one) || !isCode(one.superior) || !isUtcInstant(one.until) || one.until < before) {
      throw malformed(where, "a former superior without code or time, or out of order");
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

function isNode(value: unknown): boolean {
  return typeof value === "string" && isNodeCode(value);
}

function isDay(value: unknown): value is string {
  return typeof value === "string" && isCivilDate(value);
}

function malformed(where: string, what: string): Refusal {
  const field = `register.${where}`;
  const remedy = "fetch the register from the province again";
  return new Refusal("INVALID_FIELD", `register of issuers: ${where}: ${what}; ${remedy}`, {
    fields: [{ field, description: what, remedy, localized: "颁发机构目录内容有误，请从省级重新获取" }],
  });
}
