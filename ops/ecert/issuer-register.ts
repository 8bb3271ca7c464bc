import { Refusal } from "../../services/domain/refusal.ts";
import type { IssuerRegister } from "../../services/trust/verification/sources.ts";

/**
 * Reads a register of issuers: `{ "CODE": { "superior": "CODE", "types": ["TYPE CODE", …] } }`, by social credit code.
 * `superior` may be left out. Throws `INVALID_FIELD`.
 */
export function readIssuerRegister(json: string): IssuerRegister {
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch (cause) {
    throw new Refusal("INVALID_FIELD", "the register is not JSON", { cause });
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) throw malformed("register");
  const bodies = new Map(Object.entries(value).map(([code, body]) => [code, readBody(code, body)]));
  return {
    superiorOf: (code) => bodies.get(code)?.superior,
    mayIssue: (code, typeCode) => bodies.get(code)?.types.has(typeCode) ?? false,
  };
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
