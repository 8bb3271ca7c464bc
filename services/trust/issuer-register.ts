import { canonicalBytes } from "../domain/canonical.ts";
import { shanghaiDay } from "../domain/civil-date.ts";
import { instantOf } from "../domain/instant.ts";
import { Refusal } from "../domain/refusal.ts";
import { nodeSignedBytes } from "../statement/node-signed.ts";
import {
  REGISTER_SCHEMA,
  type RegisterContent,
  type RegisteredBody,
  type RightPeriod,
  registerContent,
} from "./register-content.ts";
import { registerParts } from "./register-parts.ts";
import type { IssuerRegister } from "./verification/sources.ts";

/** Holds a signature of a node (Ed25519) against its key; false for nodes that are not known. */
export type VerifyNode = (node: string, signed: Uint8Array, signature: Uint8Array) => boolean;

/**
 * Largest register, in bytes: what fits into a message of 32 MiB, the limit that nodes set (`limits.messageBytes`), with the
 * fields around it. Some ten thousand bodies with thirty items each.
 */
export const MAX_REGISTER_BYTES = (32 << 20) - 1024;
/** What a node signs of a register: all but the signature, in canonical form. */
export function registerText({ publisher, builtAt, bodies }: RegisterContent): Uint8Array {
  return canonicalBytes({ schema: REGISTER_SCHEMA, publisher, builtAt, bodies });
}

/**
 * Writes a register: one object of canonical JSON, the node's Ed25519 signature as its last member. Throws `TOO_LARGE` for one
 * that nobody could fetch or read.
 */
export function signedRegister(text: Uint8Array, sign: (bytes: Uint8Array) => Uint8Array): Uint8Array {
  const signature = Buffer.from(sign(nodeSignedBytes(REGISTER_SCHEMA, text))).toString("base64url");
  // "signature" sorts behind all other members.
  return sized(Buffer.concat([text.subarray(0, -1), Buffer.from(`,"signature":"${signature}"}`)]));
}

/** Whether a text is a register that some node signed, and not one written by hand. */
export function isSignedRegister(value: unknown): boolean {
  return typeof value === "object" && value !== null && "schema" in value;
}

/** Whether a node signed the register: of the octets as they are, without reading what they say. */
export function registerHolds(bytes: Uint8Array, node: string, verifies: VerifyNode): boolean {
  const { text, signature } = parted(bytes);
  return verifies(node, nodeSignedBytes(REGISTER_SCHEMA, text), signature);
}

/**
 * Reads a register. `verifies` holds a node's signature against its key. Refuses (`SIGNATURE_INVALID`) one that is not signed
 * well by a node known here, and (`INVALID_FIELD`, `TOO_LARGE`) one that is not a register in the form in which it was signed.
 */
export function readSignedRegister(bytes: Uint8Array, verifies: VerifyNode): RegisterContent {
  const { text, signature } = parted(bytes);
  let value: unknown;
  try {
    value = JSON.parse(text.toString());
  } catch (cause) {
    throw new Refusal("INVALID_FIELD", "register of issuers: not JSON", { cause });
  }
  const content = registerContent(value);
  if (!verifies(content.publisher, nodeSignedBytes(REGISTER_SCHEMA, text), signature)) {
    throw new Refusal("SIGNATURE_INVALID", `register of issuers: not signed well by a known node ${content.publisher}`);
  }
  return content;
}

/**
 * The same in steps, for whoever serves calls meanwhile; the signature must have been held against its node's key before
 * ({@link registerHolds}).
 */
export function* readHeldRegister(bytes: Uint8Array): Generator<void, RegisterContent> {
  return yield* registerParts(parted(bytes).text);
}

/** The signature stands last, so that what was signed need not be written anew. */
const SIGNATURE = /^,"signature":"([\w-]{86})"\}\n?$/;
const SIGNATURE_LENGTH = ',"signature":""}'.length + 86;

function parted(bytes: Uint8Array): { text: Buffer; signature: Buffer } {
  const file = Buffer.from(sized(bytes));
  const end = file.length - SIGNATURE_LENGTH - (file.at(-1) === 0x0a ? 1 : 0);
  const text = SIGNATURE.exec(file.toString("latin1", Math.max(0, end)))?.[1] ?? "";
  const signature = Buffer.from(text, "base64url");
  // One spelling: the last character has bits that mean nothing.
  if (text === "" || signature.toString("base64url") !== text) {
    throw new Refusal("INVALID_FIELD", "register of issuers: not in the form in which it is signed");
  }
  file.write("}", end, "latin1");
  return { text: file.subarray(0, end + 1), signature };
}

function sized<T extends Uint8Array>(bytes: T): T {
  if (bytes.length <= MAX_REGISTER_BYTES) return bytes;
  throw new Refusal("TOO_LARGE", `register of issuers: more than ${MAX_REGISTER_BYTES} bytes`);
}

/** A register as the verifier asks it. `asOf`: when the province had still said nothing else, where that was asked; it never goes back. */
export function registerOf({ builtAt, bodies }: RegisterContent, asOf = new Date(instantOf(builtAt))): IssuerRegister {
  const until = new Date(Math.max(asOf.getTime(), instantOf(builtAt)));
  return {
    builtAt: until,
    superiorOf(code, at) {
      const body = bodyOf(bodies, code);
      return (body?.formerly?.find(({ until }) => at.getTime() < instantOf(until)) ?? body)?.superior;
    },
    mayIssue({ issuer, typeCode, itemCode, node }, signedAt) {
      const rights = bodyOf(bodies, issuer)?.rights ?? {};
      const periods = itemCode === undefined ? Object.values(rights).flat() : periodsOf(rights, itemCode);
      const day = shanghaiDay(signedAt);
      const granted = periods.some(
        (period) =>
          period.type === typeCode &&
          (node === undefined || period.node === node) &&
          period.from <= day &&
          (period.until === undefined || day <= period.until),
      );
      if (granted) return true;
      return signedAt <= until ? false : undefined;
    },
  };
}

/** Codes come from documents: none may reach what objects inherit. */
function bodyOf(bodies: RegisterContent["bodies"], code: string): RegisteredBody | undefined {
  return Object.hasOwn(bodies, code) ? bodies[code] : undefined;
}

function periodsOf(rights: RegisteredBody["rights"], itemCode: string): readonly RightPeriod[] {
  return Object.hasOwn(rights, itemCode) ? (rights[itemCode] ?? []) : [];
}
