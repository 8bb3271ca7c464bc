import { canonicalBytes } from "../domain/canonical.ts";
import { shanghaiDay } from "../domain/civil-date.ts";
import { Refusal } from "../domain/refusal.ts";
import { nodeSignedBytes } from "./node-key.ts";
import type { IssuerRegister } from "./verification/sources.ts";

/** A body of the register. */
export interface RegisteredBody {
  /** Social credit code of the body above. */
  superior?: string;
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

interface WrittenRegister extends RegisterContent {
  schema: "ecert.issuer-register.v1";
  /** Ed25519 of the publisher over all the rest in canonical form, base64url. */
  signature: string;
}

/** Largest register that is read: some hundred thousand bodies with thirty types each. */
const MAX_BYTES = 128 << 20;
/**
 * What was opened shortly before a register was made may not have reached the province yet: about signatures younger than
 * this before the register it says nothing.
 */
const SETTLED_MS = 3_600_000;

/** What a node signs of a register: all but the signature, in canonical form. */
export function registerText({ publisher, builtAt, bodies }: RegisterContent): Uint8Array {
  const schema: WrittenRegister["schema"] = "ecert.issuer-register.v1";
  return canonicalBytes({ schema, publisher, builtAt, bodies });
}

/** Writes a register: one object of canonical JSON, the node's Ed25519 signature as its last member. */
export function signedRegister(text: Uint8Array, sign: (bytes: Uint8Array) => Uint8Array): Uint8Array {
  const signature = Buffer.from(sign(nodeSignedBytes("ecert.issuer-register.v1", text))).toString("base64url");
  // "signature" sorts behind all other members.
  return Buffer.concat([text.subarray(0, -1), Buffer.from(`,"signature":"${signature}"}`)]);
}

/** Whether a text is a register that some node signed, and not one written by hand. */
export function isSignedRegister(value: unknown): boolean {
  return typeof value === "object" && value !== null && "schema" in value;
}

/**
 * Reads a register. `verifies` holds a node's signature against its key. Refuses (`SIGNATURE_INVALID`) one that is not signed
 * well by a node known here, and (`INVALID_FIELD`, `TOO_LARGE`) one that is not a register.
 */
export function readSignedRegister(
  bytes: Uint8Array,
  verifies: (node: string, signed: Uint8Array, signature: Uint8Array) => boolean,
): RegisterContent {
  if (bytes.length > MAX_BYTES) throw new Refusal("TOO_LARGE", `register of issuers: more than ${MAX_BYTES} bytes`);
  let written: WrittenRegister;
  try {
    written = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes)) as WrittenRegister;
  } catch (cause) {
    throw new Refusal("INVALID_FIELD", "register of issuers: not JSON", { cause });
  }
  const { signature, ...signed } = written ?? {};
  const known = signed.schema === "ecert.issuer-register.v1" && typeof signed.publisher === "string";
  if (!known || typeof signature !== "string") {
    throw new Refusal("INVALID_FIELD", "register of issuers: not of ecert.issuer-register.v1");
  }
  const payload = nodeSignedBytes("ecert.issuer-register.v1", signed);
  if (!verifies(signed.publisher, payload, Buffer.from(signature, "base64url"))) {
    throw new Refusal("SIGNATURE_INVALID", `register of issuers: not signed well by a known node ${signed.publisher}`);
  }
  return signed;
}

/** A register as the verifier asks it. */
export function registerOf({ builtAt, bodies }: RegisterContent): IssuerRegister {
  const settled = Date.parse(builtAt) - SETTLED_MS;
  return {
    superiorOf: (code) => bodyOf(bodies, code)?.superior,
    mayIssue(code, typeCode, signedAt) {
      const since = bodyOf(bodies, code)?.types[typeCode];
      if (since !== undefined && since <= shanghaiDay(signedAt)) return true;
      return signedAt.getTime() <= settled ? false : undefined;
    },
  };
}

/** Codes come from documents: none may reach what objects inherit. */
function bodyOf(bodies: RegisterContent["bodies"], code: string): RegisteredBody | undefined {
  return Object.hasOwn(bodies, code) ? bodies[code] : undefined;
}
