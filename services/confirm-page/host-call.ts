import { Faulty } from "../public-page/fault.ts";
import type { KeyAnswer } from "../security-key/ask-key.ts";
import { TEXTS } from "./confirm-texts.ts";

/** An order that waits, as its host has judged it. */
export interface WaitingOrder {
  readonly id: string;
  readonly name: string;
  readonly holders: readonly { readonly name: string; readonly code: string }[];
  readonly number: string;
  readonly numberGiven: boolean;
  readonly issuer: string;
  readonly businessSerial: string;
  readonly app: string;
  readonly replaces?: string;
  readonly core: string;
  readonly since: string;
  readonly facePdfSha256: string;
}

/** What a security key is to sign, in Base64url. */
export interface Asked {
  readonly challenge: string;
  readonly rpId: string;
  readonly credentialIds: readonly string[];
}

/** Thrown where nobody is signed in any more. */
export class SignedOut extends Error {}

/** Calls the host that the page comes from. Rejects with {@link Faulty} or {@link SignedOut}. */
export async function callHost<Answer>(path: string, body?: object): Promise<Answer> {
  const asked = body && { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body) };
  const response = await fetch(`/api/${path}`, asked).catch(() => {
    throw new Faulty(TEXTS.noAnswer);
  });
  const told = await response.json().catch(() => {
    throw new Faulty(TEXTS.noAnswer);
  });
  if (response.ok) return told as Answer;
  if (told.reason === "SESSION_ENDED") throw new SignedOut();
  throw new Faulty([String(told.localized), String(told.message)], { reason: String(told.reason) });
}

/** The face of an order. Rejects as {@link callHost} does. */
export async function faceOf(id: string): Promise<Uint8Array> {
  const response = await fetch(`/api/faces/${id}`).catch(() => {
    throw new Faulty(TEXTS.noAnswer);
  });
  if (response.status === 401) throw new SignedOut();
  if (!response.ok) throw new Faulty(TEXTS.broken);
  return new Uint8Array(await response.arrayBuffer());
}

/** Octets of a text in Base64url. */
export function octetsOf(text: string): Uint8Array {
  return Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (one) => one.charCodeAt(0));
}

/** What a security key said, as the host takes it. */
export function written(answer: KeyAnswer): Record<keyof KeyAnswer, string> {
  const text = (octets: Uint8Array) =>
    btoa(String.fromCharCode(...octets))
      .replaceAll("+", "-")
      .replaceAll("/", "_")
      .replaceAll("=", "");
  const { credentialId, authenticatorData, clientDataJson, signature } = answer;
  return {
    credentialId: text(credentialId),
    authenticatorData: text(authenticatorData),
    clientDataJson: text(clientDataJson),
    signature: text(signature),
  };
}
