import { type KeyObject, verify } from "node:crypto";
import { Refusal } from "../../services/domain/refusal.ts";
import {
  isSignedRegister,
  type RegisterContent,
  readSignedRegister,
  registerOf,
} from "../../services/trust/issuer-register.ts";
import type { IssuerRegister } from "../../services/trust/verification/sources.ts";

/**
 * Reads a register of issuers: the one that a province signed, if its key is given; or one written by hand,
 * `{ "CODE": { "superior": "CODE", "types": ["TYPE CODE", …] } }` by social credit code, where `superior` may be left out and
 * types have been allowed ever since. Throws `INVALID_FIELD`, `SIGNATURE_INVALID`.
 */
export function readIssuerRegister(json: string, nodeKeys: ReadonlyMap<string, KeyObject>): IssuerRegister {
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch (cause) {
    throw new Refusal("INVALID_FIELD", "the register is not JSON", { cause });
  }
  if (isSignedRegister(value)) return registerOf(readRegister(Buffer.from(json), nodeKeys));
  if (typeof value !== "object" || value === null || Array.isArray(value)) throw malformed("register");
  const bodies = new Map(Object.entries(value).map(([code, body]) => [code, readBody(code, body)]));
  return {
    superiorOf: (code) => bodies.get(code)?.superior,
    mayIssue: (code, typeCode) => bodies.get(code)?.types.has(typeCode) ?? false,
  };
}

/** Reads a signed register against the keys of a trust directory. */
export function readRegister(bytes: Uint8Array, nodeKeys: ReadonlyMap<string, KeyObject>): RegisterContent {
  return readSignedRegister(bytes, (node, signed, signature) => {
    const key = nodeKeys.get(node);
    return key !== undefined && verify(null, signed, key, signature);
  });
}

function readBody(code: string, body: unknown): { superior?: string; types: ReadonlySet<string> } {
  const { superior, types = [] } = (body ?? {}) as { superior?: unknown; types?: unknown };
  const texts = Array.isArray(types) && types.every((type) => typeof type === "string");
  if (!texts || !(superior === undefined || typeof superior === "string")) throw malformed(code);
  return { ...(superior !== undefined && { superior }), types: new Set(types as string[]) };
}

function malformed(where: string): Refusal {
  return new Refusal("INVALID_FIELD", `the register is malformed at ${where}`);
}
