import { weierstrass } from "@noble/curves/abstract/weierstrass.js";

/** The recommended curve of GB/T 32918.5, object identifier 1.2.156.10197.1.301. */
export const SM2_CURVE = {
  p: 0xfffffffeffffffffffffffffffffffffffffffff00000000ffffffffffffffffn,
  n: 0xfffffffeffffffffffffffffffffffff7203df6b21c6052b53bbf40939d54123n,
  h: 1n,
  a: 0xfffffffeffffffffffffffffffffffffffffffff00000000fffffffffffffffcn,
  b: 0x28e9fa9e9d9f5e344d5a9e4bcf6509a7f39789f515ab8f92ddbcbd414d940e93n,
  Gx: 0x32c4ae2c1f1981195f9904466a39c9948fe30bbff2660be1715a4589334c74c7n,
  Gy: 0xbc3736a2f4f6779c59bdcee36b692153d0a9877cc62a474002df32e52139f0a0n,
};

/** Points of the curve, for public numbers only: secret ones are multiplied by `multipleOfBase`. */
export const Sm2Point = weierstrass(SM2_CURVE);

/** Order of the group: scalars lie between 1 and this, exclusive. */
export const SM2_ORDER = SM2_CURVE.n;

/** 32 octets, big-endian. */
export function octetsOf(value: bigint): Uint8Array {
  return Buffer.from(value.toString(16).padStart(64, "0"), "hex");
}

/** The number that big-endian octets stand for. */
export function numberOf(octets: Uint8Array): bigint {
  return octets.length === 0 ? 0n : BigInt(`0x${Buffer.from(octets).toString("hex")}`);
}

/** The least non-negative remainder modulo the order. */
export function modOrder(value: bigint): bigint {
  const rest = value % SM2_ORDER;
  return rest < 0n ? rest + SM2_ORDER : rest;
}
