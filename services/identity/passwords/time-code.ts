import { createHmac, timingSafeEqual } from "node:crypto";

/** Seconds of a step, and digits of a code, as every authenticator has them. */
export const STEP_SECONDS = 30;
export const CODE_DIGITS = 6;
/** Steps before and after now whose codes are taken: clocks differ, and people type slowly. */
const TOLERATED_STEPS = 1;

/**
 * The code of a step (RFC 6238 over RFC 4226). HMAC with SHA-1, since many authenticators know nothing else whatever they are told; what is known against
 * SHA-1 does not touch HMAC.
 */
export function codeOfStep(secret: Uint8Array, step: number, digits = CODE_DIGITS): string {
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(step));
  const mac = createHmac("sha1", secret).update(counter).digest();
  const offset = (mac.at(-1) as number) & 15;
  const number = mac.readUInt32BE(offset) & 0x7fff_ffff;
  return String(number % 10 ** digits).padStart(digits, "0");
}

/** The step in which a time lies. */
export function stepOf(at: Date): number {
  return Math.floor(at.getTime() / 1_000 / STEP_SECONDS);
}

/** The step that a code is of, if it is right now and later than `used`, the last step whose code was taken. */
export function stepOfCode(secret: Uint8Array, code: string, at: Date, used: number): number | undefined {
  const given = Buffer.alloc(CODE_DIGITS);
  given.write(code);
  const now = stepOf(at);
  let found: number | undefined;
  // All are compared, whichever fits.
  for (let step = now - TOLERATED_STEPS; step <= now + TOLERATED_STEPS; step++) {
    const right = timingSafeEqual(given, Buffer.from(codeOfStep(secret, step)));
    if (right && code.length === CODE_DIGITS && step > used) found = step;
  }
  return found;
}
