import { refuseArgument } from "../../services/domain/refusal.ts";
import { type Assertion, MAX_AUTHENTICATOR_DATA, MAX_CLIENT_DATA } from "../../services/trust/officers/assertion.ts";

/** What a security key said, as the page hands it on; the challenge where one of signing in is named. */
export interface AssertionGiven extends Assertion {
  credentialId: Uint8Array;
  challenge: Uint8Array | undefined;
}

const ID = /^[0-9a-f]{64}$/;
const MAX_SIGNATURE = 1_024;
const MAX_CREDENTIAL_ID = 1_023;

/** A text of a body. Throws `INVALID_FIELD`. */
export function readText(body: unknown, field: string, most: number): string {
  const value = member(body, field);
  if (typeof value === "string" && value.length > 0 && value.length <= most) return value;
  throw refused(field, `must be a text of 1 to ${most} characters`);
}

/** Digests of messages, each once. Throws `INVALID_FIELD`. */
export function readIds(body: unknown, most: number): string[] {
  const value = member(body, "ids");
  const isList =
    Array.isArray(value) && value.length > 0 && value.length <= most && new Set(value).size === value.length;
  if (isList && value.every((one) => typeof one === "string" && ID.test(one))) return value as string[];
  throw refused("ids", `must be 1 to ${most} digests, each once`);
}

/** An assertion in Base64url. Throws `INVALID_FIELD`. */
export function readAssertion(body: unknown): AssertionGiven {
  const octets = (field: string, most: number) => {
    const text = readText(body, field, Math.ceil((most * 4) / 3) + 2);
    const read = Buffer.from(text, "base64url");
    if (read.length === 0 || read.length > most) throw refused(field, `must be 1 to ${most} octets in Base64url`);
    return read;
  };
  return {
    credentialId: octets("credentialId", MAX_CREDENTIAL_ID),
    authenticatorData: octets("authenticatorData", MAX_AUTHENTICATOR_DATA),
    clientDataJson: octets("clientDataJson", MAX_CLIENT_DATA),
    signature: octets("signature", MAX_SIGNATURE),
    challenge: member(body, "challenge") === undefined ? undefined : octets("challenge", 32),
  };
}

function member(body: unknown, field: string): unknown {
  if (typeof body !== "object" || body === null || Array.isArray(body)) throw refused("body", "must be an object");
  return Object.hasOwn(body, field) ? (body as Record<string, unknown>)[field] : undefined;
}

function refused(field: string, description: string) {
  return refuseArgument("INVALID_FIELD", field, description, "load the page anew");
}
