import { childrenOf, type DerElement, eachChildOf, expectTag, malformed, readDer, TAG } from "./der.ts";
import { readBoolean, readNamedBits, readOctets, readOid, readSmallInteger } from "./der-read.ts";
import { OID } from "./oid.ts";

/** One extension of a certificate or a list. */
export interface Extension {
  readonly critical: boolean;
  /** DER of the value. */
  readonly value: Uint8Array;
}

/** Extensions by object identifier. An explicit FALSE for `critical` is let pass: vendors write it. */
export function readExtensions(list: DerElement | undefined): Map<string, Extension> {
  const extensions = new Map<string, Extension>();
  if (list === undefined) return extensions;
  for (const element of eachChildOf(expectTag(list, TAG.sequence))) {
    const [type, ...members] = childrenOf(element, TAG.sequence, 4);
    const name = readOid(type);
    const critical = members.length > 1 ? readBoolean(members.shift()) : false;
    if (members.length !== 1 || extensions.has(name)) throw malformed(`extension ${name} is malformed or repeated`);
    extensions.set(name, { critical, value: readOctets(members[0]) });
  }
  return extensions;
}

type Extended = { readonly extensions: ReadonlyMap<string, Extension> };

/** Bits of keyUsage (RFC 5280 §4.2.1.3). */
export const KEY_USAGE = { digitalSignature: 0, nonRepudiation: 1, keyCertSign: 5, crlSign: 6 } as const;

/** The bits of keyUsage, or `undefined` where the certificate has none. */
export function keyUsageOf({ extensions }: Extended): ReadonlySet<number> | undefined {
  const extension = extensions.get(OID.keyUsage);
  return extension && readNamedBits(readDer(extension.value));
}

/** Object identifiers of extendedKeyUsage, or `undefined` where the certificate has none: then any use is allowed. */
export function extendedKeyUsageOf({ extensions }: Extended): string[] | undefined {
  const extension = extensions.get(OID.extendedKeyUsage);
  return extension && childrenOf(readDer(extension.value), TAG.sequence).map(readOid);
}

/** basicConstraints; absent means an end entity. `pathLength` is absent where unlimited. */
export function basicConstraintsOf({ extensions }: Extended): { ca: boolean; pathLength?: number } {
  const extension = extensions.get(OID.basicConstraints);
  if (extension === undefined) return { ca: false };
  const members = childrenOf(readDer(extension.value), TAG.sequence);
  const ca = members[0]?.tag === TAG.boolean ? readBoolean(members.shift()) : false;
  const [pathLength, surplus] = members;
  if (surplus !== undefined) throw malformed("basicConstraints has two members");
  return pathLength === undefined ? { ca } : { ca, pathLength: readSmallInteger(pathLength) };
}
