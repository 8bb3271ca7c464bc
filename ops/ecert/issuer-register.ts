import { type KeyObject, verify } from "node:crypto";
import { Refusal } from "../../services/domain/refusal.ts";
import { isSignedRegister, readSignedRegister, registerOf } from "../../services/trust/issuer-register.ts";
import type { RegisterContent } from "../../services/trust/register-content.ts";
import type { IssuerRegister } from "../../services/trust/verification/sources.ts";

/** Nodes whose keys a verifier has. */
export interface KnownNodes {
  /** Ed25519 keys of nodes, by code. */
  nodeKeys: ReadonlyMap<string, KeyObject>;
  /** The node whose status bundle and register tell of all the others too; absent where none was named. */
  province?: string;
}

/**
 * Reads a register of issuers: the one that a province signed, if its key is given; or one written by hand,
 * `{ "CODE": { "superior": "CODE", "types": ["TYPE CODE", …] } }` by social credit code, where `superior` may be left out and
 * types have been allowed ever since, at whatever node. Throws `INVALID_FIELD`, `SIGNATURE_INVALID`.
 */
export function readIssuerRegister(json: string, nodes: KnownNodes): IssuerRegister {
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch (cause) {
    throw new Refusal("INVALID_FIELD", "the register is not JSON", { cause });
  }
  if (isSignedRegister(value)) return registerOf(readRegister(Buffer.from(json), nodes));
  if (typeof value !== "object" || value === null || Array.isArray(value)) throw malformed("register");
  const bodies = new Map(Object.entries(value).map(([code, body]) => [code, readBody(code, body)]));
  return {
    superiorOf: (code) => bodies.get(code)?.superior,
    mayIssue: ({ issuer, typeCode }) => bodies.get(issuer)?.types.has(typeCode) ?? false,
  };
}

/**
 * Reads a signed register against the keys of a trust directory. Only the province's is taken (`SIGNATURE_INVALID`): who may issue
 * what is not for every node to say.
 */
export function readRegister(bytes: Uint8Array, { nodeKeys, province }: KnownNodes): RegisterContent {
  const register = readSignedRegister(bytes, (node, signed, signature) => {
    const key = nodeKeys.get(node);
    return key !== undefined && verify(null, signed, key, signature);
  });
  const { publisher } = register;
  if (publisher === province) return register;
  const text = `机构目录由节点 ${publisher} 发布，未指定其为省节点 · the register is by the node ${publisher}, not the province`;
  throw new Refusal("SIGNATURE_INVALID", `${text}; ${provinceRemedy(publisher)}`);
}

/** How a verifier names the province. */
export function provinceRemedy(node: string): string {
  return `if it is the province, name its key province-${node}.pem or say --publisher ${node}`;
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
