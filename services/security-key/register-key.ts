/** A security key that was registered on this page. */
export interface RegisteredKey {
  /** `PublicKeyCredential.toJSON()`, as `ecert officers add --registration` takes it. */
  json: string;
  /** What people compare: SHA-256 of the public key, eight groups of four digits, as `ecert officers` shows it. */
  fingerprint: string;
}

/** COSE numbers of ES256, EdDSA and RS256, which agents take. */
const ALGORITHMS = [-7, -8, -257];

/**
 * Has the browser register a security key for an account at this page's host. Nothing is sent anywhere: the department's administrator gets the
 * result from the officer. Rejects where it was cancelled, or where the key verifies nobody.
 */
export async function registerKey({ account, name }: { account: string; name: string }): Promise<RegisteredKey> {
  const publicKey: PublicKeyCredentialCreationOptions = {
    rp: { id: location.hostname, name: location.hostname },
    user: { id: new TextEncoder().encode(account), name: account, displayName: name },
    // Nobody judges it: what is registered is vouched for by whoever sees the officer do it.
    challenge: crypto.getRandomValues(new Uint8Array(32)),
    pubKeyCredParams: ALGORITHMS.map((alg) => ({ type: "public-key", alg })),
    attestation: "none",
    authenticatorSelection: { userVerification: "required" },
  };
  const made = (await navigator.credentials.create({ publicKey })) as PublicKeyCredential;
  const key = (made.response as AuthenticatorAttestationResponse).getPublicKey();
  if (!key) throw new Error("the browser knows no public key of this kind");
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", key));
  const hex = Array.from(digest, (octet) => octet.toString(16).padStart(2, "0")).join("");
  const fingerprint = (hex.slice(0, 32).match(/.{4}/g) ?? []).join(" ");
  return { json: JSON.stringify(made.toJSON()), fingerprint };
}
