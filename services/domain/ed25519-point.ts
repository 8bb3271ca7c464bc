/* The field and curve of Ed25519 (RFC 8032 §5.1). Public keys only: nothing here is secret, so nothing needs constant time. */
const P = 2n ** 255n - 19n;
const D = -121665n * power(121666n, P - 2n);
const SQRT_MINUS_1 = power(2n, (P - 1n) / 4n);

/**
 * Tells whether 32 bytes are a public key of Ed25519: the encoding of a point of the curve (RFC 8032 §5.1.3), and none of the few of
 * small order, under which one signature holds for many texts.
 */
export function isEd25519PublicKey(bytes: Uint8Array): boolean {
  if (bytes.length !== 32) return false;
  const encoded = BigInt(`0x${Buffer.from(bytes).reverse().toString("hex")}`);
  const sign = encoded >> 255n;
  const y = encoded & (2n ** 255n - 1n);
  if (y >= P) return false;
  const x = rootOf(modulo(y * y - 1n), modulo(D * y * y + 1n));
  if (x === undefined || (x === 0n && sign === 1n)) return false;
  return !isSmallOrder(x, y);
}

/** A square root of u/v, or `undefined`. */
function rootOf(u: bigint, v: bigint): bigint | undefined {
  const root = modulo(u * power(v, 3n) * power(u * power(v, 7n), (P - 5n) / 8n));
  const square = modulo(v * root * root);
  if (square === u) return root;
  return square === modulo(-u) ? modulo(root * SQRT_MINUS_1) : undefined;
}

/** Three doublings lead to the neutral point (0, 1): the order divides 8. */
function isSmallOrder(x: bigint, y: bigint): boolean {
  for (let doubled = 0; doubled < 3; doubled++) {
    const product = modulo(D * x * x * y * y);
    const next = modulo(2n * x * y * power(1n + product, P - 2n));
    y = modulo((y * y + x * x) * power(1n - product, P - 2n));
    x = next;
  }
  return x === 0n && y === 1n;
}

function power(base: bigint, exponent: bigint): bigint {
  let result = 1n;
  for (let square = modulo(base), left = exponent; left > 0n; left >>= 1n) {
    if (left & 1n) result = modulo(result * square);
    square = modulo(square * square);
  }
  return result;
}

function modulo(value: bigint): bigint {
  const rest = value % P;
  return rest < 0n ? rest + P : rest;
}
