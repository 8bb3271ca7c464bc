import type { Mechanism } from "./driver-protocol.ts";

/** Vendors whose numbers for SM2 are known. */
export const VENDORS = ["sansec", "tass", "luna", "ibm-ep11", "xihsm", "mk-1"] as const;

/** One of {@link VENDORS}. */
export type Vendor = (typeof VENDORS)[number];

/**
 * SM2 by vendor: PKCS#11 has no numbers of its own for it, so that each took some. Gathered from public sources and tried on a
 * simulator only: run `agent selftest` before a device is used, and correct them by `mechanisms` where it fails. All sign a
 * digest that the host prepared, e = SM3(Z ‖ message): it needs no agreement on how the user identity is handed over. Only
 * TASS is known to return DER; r ‖ s is what PKCS#11 does for ECDSA.
 */
export const VENDOR_PRESETS: Readonly<Record<Vendor, Mechanism>> = {
  sansec: sm2(0x8000_0004, 0x8000_8001, 0x8000_8104, "raw"),
  tass: sm2(0x8000_0004, 0x8000_8001, 0x8000_8000, "der"),
  luna: sm2(0x8000_0016, 0x8000_0b20, 0x8000_0b21, "raw"),
  "ibm-ep11": sm2(0x8005_0002, 0x8005_000a, 0x8005_000b, "raw"),
  xihsm: sm2(0xffff_0001, 0xffff_0001, 0xffff_0002, "raw"),
  "mk-1": sm2(0x0001_0001, 0x0001_0009, 0x0001_0002, "raw"),
};

function sm2(keyType: number, generate: number, sign: number, signature: "raw" | "der"): Mechanism {
  return { algorithm: "sm2-sm3", keyType, generate, sign, digest: "host", signature };
}
