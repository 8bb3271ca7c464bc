import { sha256Hex } from "./canonical.ts";

/** Random bytes of a usage code: 128 bits, so that guessing is hopeless. */
export const USAGE_CODE_BYTES = 16;

/** 16 bytes fill 21 characters and two bits of the last one, whose other bits are zero. */
const SHAPE = /^[A-Za-z0-9_-]{21}[AQgw]$/;

/**
 * Makes a usage code (用证码, 5.4.3): 22 characters of base64url without padding. `random` gives so many random bytes; in
 * production it MUST be the system's secure source.
 */
export function newUsageCode(random: (size: number) => Uint8Array): string {
  const bytes = random(USAGE_CODE_BYTES);
  if (bytes.length !== USAGE_CODE_BYTES) throw new RangeError(`the random source gave ${bytes.length} bytes`);
  return Buffer.from(bytes).toString("base64url");
}

/** Tells whether a text can be a usage code at all; each code has exactly one spelling. */
export function isUsageCode(text: string): boolean {
  return SHAPE.test(text);
}

/**
 * SHA-256 (lower-case hex) of a usage code: the only form in which a code is stored or logged. No salt is needed, since
 * the code itself holds 128 random bits.
 */
export function usageCodeDigest(code: string): string {
  return sha256Hex(`ecert.usage-code.v1:${code}`);
}
