import { createHash } from "node:crypto";
import { childrenOf, readDer, TAG } from "../../services/trust/der.ts";
import { readBitOctets } from "../../services/trust/der-read.ts";
import {
  bitString,
  derTime,
  derTrue,
  namedBits,
  octetString,
  oid,
  sequence,
  smallInteger,
  tagged,
  taggedPrimitive,
  unsignedInteger,
} from "../../services/trust/der-write.ts";
import { OID } from "../../services/trust/oid.ts";
import type { AuthorityKey } from "./authority-key.ts";

/** What an authority signs into a certificate. */
export interface CertificateOrder {
  /** Positive, at most 20 octets. */
  serial: Uint8Array;
  issuerDer: Uint8Array;
  subjectDer: Uint8Array;
  spki: Uint8Array;
  notBefore: Date;
  notAfter: Date;
  /** DER of each extension; the two key identifiers are put in front. */
  extensions: readonly Uint8Array[];
}

/** Makes and signs a version 3 certificate; returns DER. */
export function signCertificate(order: CertificateOrder, issuerKey: AuthorityKey): Uint8Array {
  const keyIdentifiers = [
    extension(OID.subjectKeyIdentifier, octetString(keyIdentifier(order.spki))),
    extension(OID.authorityKeyIdentifier, authorityIdentifier(issuerKey.spki)),
  ];
  const tbs = sequence(
    tagged(0, smallInteger(2)),
    unsignedInteger(order.serial),
    issuerKey.identifier,
    order.issuerDer,
    sequence(derTime(order.notBefore), derTime(order.notAfter)),
    order.subjectDer,
    order.spki,
    tagged(3, sequence(...keyIdentifiers, ...order.extensions)),
  );
  return sequence(tbs, issuerKey.identifier, bitString(issuerKey.sign(tbs)));
}

/** One extension around the DER of its value. */
export function extension(type: string, value: Uint8Array, critical = false): Uint8Array {
  return sequence(oid(type), ...(critical ? [derTrue] : []), octetString(value));
}

/** basicConstraints of an authority with at most `pathLength` authorities below it; critical. */
export function authorityConstraints(pathLength: number): Uint8Array {
  return extension(OID.basicConstraints, sequence(derTrue, smallInteger(pathLength)), true);
}

/** basicConstraints of an end entity; critical. */
export function endEntityConstraints(): Uint8Array {
  return extension(OID.basicConstraints, sequence(), true);
}

/** keyUsage with the given bits; critical. */
export function keyUsage(bits: readonly number[]): Uint8Array {
  return extension(OID.keyUsage, namedBits(bits), true);
}

/** extendedKeyUsage. */
export function extendedKeyUsage(uses: readonly string[]): Uint8Array {
  return extension(OID.extendedKeyUsage, sequence(...uses.map(oid)));
}

/** subjectAltName of a service: one URI, DNS names, IPv4 addresses. */
export function alternativeNames(uris: readonly string[], dns: readonly string[], ip: readonly string[]): Uint8Array {
  return extension(
    OID.subjectAltName,
    sequence(
      ...uris.map((uri) => taggedPrimitive(6, Buffer.from(uri, "latin1"))),
      ...dns.map((name) => taggedPrimitive(2, Buffer.from(name, "latin1"))),
      ...ip.map((address) => taggedPrimitive(7, Uint8Array.from(address.split(".").map(Number)))),
    ),
  );
}

/** Value of authorityKeyIdentifier for an authority's key. */
export function authorityIdentifier(spki: Uint8Array): Uint8Array {
  return sequence(taggedPrimitive(0, keyIdentifier(spki)));
}

/** First 160 bits of SHA-256 over the key (RFC 7093 §2, method 1). */
function keyIdentifier(spki: Uint8Array): Uint8Array {
  const key = readBitOctets(childrenOf(readDer(spki), TAG.sequence)[1]);
  return createHash("sha256").update(key).digest().subarray(0, 20);
}
