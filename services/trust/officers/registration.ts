import { createHash } from "node:crypto";
import { refuseArgument } from "../../domain/refusal.ts";
import { loadCredentialKey, type OfficerCredential } from "./credential.ts";
import { isCredentialId } from "./officer-list.ts";

/** Where a registration must have been made. */
export interface RegistrationDemand {
  rpId: string;
  origins: readonly string[];
}

const FLAGS = { present: 0x01, verified: 0x04, attested: 0x40 };

/**
 * Reads what a page registered of a security key (`PublicKeyCredential.toJSON()` of `navigator.credentials.create`, attestation `none`): id and
 * public key. Nothing in it is signed: that it is the officer's key, the administrator sees for himself. Throws `INVALID_FIELD` where it is of
 * another page or relying party, nobody was verified, or its key is of a kind that is not taken.
 */
export function readRegistration(
  text: string,
  { rpId, origins }: RegistrationDemand,
): Pick<OfficerCredential, "id" | "publicKey"> {
  const { id, response } = object(parsed(text), "");
  const { clientDataJSON, authenticatorData, publicKey } = object(response, "response");
  const client = object(parsed(octets(clientDataJSON, "response.clientDataJSON").toString("utf8")), "clientDataJSON");
  if (client.type !== "webauthn.create") throw refused("clientDataJSON.type", "is not webauthn.create");
  if (typeof client.origin !== "string" || !origins.includes(client.origin))
    throw refused("clientDataJSON.origin", `is none of ${origins.join(", ")}`);
  const data = octets(authenticatorData, "response.authenticatorData");
  if (!data.subarray(0, 32).equals(createHash("sha256").update(rpId).digest()))
    throw refused("authenticatorData", `is not of ${rpId}`);
  const flags = data[32] ?? 0;
  const needed = FLAGS.present | FLAGS.verified | FLAGS.attested;
  if ((flags & needed) !== needed) throw refused("authenticatorData", "the user was not verified by PIN or finger");
  if (!isCredentialId(id)) throw refused("id", "is no credential id");
  const own = data.subarray(55, 55 + data.readUInt16BE(53));
  if (!own.equals(Buffer.from(id, "base64url"))) throw refused("id", "is not the one of authenticatorData");
  if (typeof publicKey !== "string" || loadCredentialKey(publicKey) === undefined)
    throw refused("response.publicKey", "is no P-256, Ed25519 or RSA key of 2,048 to 4,096 bits");
  return { id, publicKey };
}

function octets(value: unknown, field: string): Buffer {
  const read = typeof value === "string" ? Buffer.from(value, "base64url") : Buffer.alloc(0);
  if (read.length < 55 || read.length > 65_536) throw refused(field, "is missing, or no Base64url");
  return read;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw refused("the file", "is no JSON");
  }
}

function object(value: unknown, field: string): Record<string, unknown> {
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  throw refused(field, "must be an object");
}

function refused(field: string, description: string) {
  return refuseArgument("INVALID_FIELD", field, description, "register the security key anew on the console's page");
}
