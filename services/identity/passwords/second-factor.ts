import { openBox, sealBox } from "../../base/sealed-box.ts";
import { base32 } from "./base32.ts";
import { CODE_DIGITS, STEP_SECONDS } from "./time-code.ts";

/** Bytes of a secret: as many as the HMAC gives (RFC 4226, section 4). */
const SECRET_BYTES = 20;

/** The secret of a second factor: as it is kept, and as its owner's authenticator takes it. */
export interface DrawnFactor {
  sealed: string;
  uri: string;
}

/** Draws a secret for an account of a node, whose name authenticators show. `key` seals it. */
export function drawFactor(
  parts: { randomBytes(size: number): Uint8Array },
  key: Uint8Array,
  { account, node }: { account: string; node: string },
): DrawnFactor {
  const secret = Buffer.from(parts.randomBytes(SECRET_BYTES));
  const issuer = encodeURIComponent(node);
  const rules = `algorithm=SHA1&digits=${CODE_DIGITS}&period=${STEP_SECONDS}`;
  const uri = `otpauth://totp/${issuer}:${encodeURIComponent(account)}?secret=${base32(secret)}&issuer=${issuer}&${rules}`;
  return { sealed: sealBox(parts, key, account, secret.toString("hex")), uri };
}

/** The secret of an account's second factor; `undefined` where another key sealed it, or it is another account's. */
export function openFactor(key: Uint8Array, account: string, sealed: string): Uint8Array | undefined {
  try {
    return Buffer.from(openBox(key, account, sealed), "hex");
  } catch {
    return undefined;
  }
}
