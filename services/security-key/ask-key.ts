/** What a security key has to sign, for whom, and which keys may. */
export interface AskedKey {
  readonly challenge: Uint8Array;
  readonly rpId: string;
  readonly credentialIds: readonly Uint8Array[];
}

/** What a security key said (WebAuthn Level 2, AuthenticatorAssertionResponse). */
export interface KeyAnswer {
  readonly credentialId: Uint8Array<ArrayBuffer>;
  readonly authenticatorData: Uint8Array<ArrayBuffer>;
  readonly clientDataJson: Uint8Array<ArrayBuffer>;
  readonly signature: Uint8Array<ArrayBuffer>;
}

/** Why no security key has answered: whoever reads the page gave it up, the browser or the key refused, or the keys are for another page than this one. */
export type KeyFault = "given-up" | "refused" | "other-page";

/** Milliseconds that there are for PIN or finger. */
const TOUCH_MS = 120_000;

/** Has a security key sign, its user being verified by PIN or finger. `signal` gives it up. Rejects with what {@link keyFault} reads. */
export async function askKey({ challenge, rpId, credentialIds }: AskedKey, signal?: AbortSignal): Promise<KeyAnswer> {
  const publicKey: PublicKeyCredentialRequestOptions = {
    challenge: octets(challenge),
    rpId,
    allowCredentials: credentialIds.map((id) => ({ type: "public-key", id: octets(id) })),
    userVerification: "required",
    timeout: TOUCH_MS,
  };
  const made = (await navigator.credentials.get({ publicKey, ...(signal && { signal }) })) as PublicKeyCredential;
  const said = made.response as AuthenticatorAssertionResponse;
  return {
    credentialId: new Uint8Array(made.rawId),
    authenticatorData: new Uint8Array(said.authenticatorData),
    clientDataJson: new Uint8Array(said.clientDataJSON),
    signature: new Uint8Array(said.signature),
  };
}

/** What a browser says of a security key that has not answered; `undefined` for every other fault. */
export function keyFault(error: unknown): KeyFault | undefined {
  if (!(error instanceof DOMException)) return undefined;
  if (error.name === "AbortError") return "given-up";
  return error.name === "SecurityError" ? "other-page" : "refused";
}

/** A copy that no other thread shares, as browsers ask for. */
const octets = (bytes: Uint8Array): Uint8Array<ArrayBuffer> => new Uint8Array(bytes);
