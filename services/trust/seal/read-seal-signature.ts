import { childrenOf, type DerElement, expectTag, malformed, readDer, TAG } from "../der.ts";
import { readBitOctets, readOctets, readOid, readSmallInteger, readText } from "../der-read.ts";
import type { SealSignature } from "./form.ts";
import { readSealElement, sealVersion } from "./read-seal.ts";
import { readBits, readLooseTime, readSealExtensions, readSealTime, readTimeStamp } from "./values.ts";

/** Largest signature that is read, in bytes: the seal and its picture are inside. */
const MAX_BYTES = 4 << 20;

/**
 * Reads a signature by electronic seal (SES_Signature) of version 1, 4 or 5. Its version and that of the seal in it must be
 * the same. Refuses (`INVALID_FIELD`) malformed ones. Trusts nothing: see `verifySealSignature`.
 */
export function readSealSignature(der: Uint8Array): SealSignature {
  const [toSign, ...rest] = childrenOf(readDer(der, MAX_BYTES), TAG.sequence);
  const [number, eseal, timeInfo, dataHash, propertyInfo, ...more] = childrenOf(expectTag(toSign, TAG.sequence));
  const version = sealVersion(readSmallInteger(number));
  const seal = readSealElement(expectTag(eseal, TAG.sequence));
  if (seal.version !== version) throw malformed(`version ${version} signs with a seal of version ${seal.version}`);
  const common = { version, seal, propertyInfo: readText(propertyInfo), signed: expectTag(toSign, TAG.sequence).raw };
  if (version === 1) {
    const time = readLooseTime(readBits(timeInfo));
    return { ...common, ...time, dataHash: readBits(dataHash), extensions: [], ...readFirstVersion(more, rest) };
  }
  const [extensions, surplus] = more;
  if (surplus !== undefined) throw malformed("TBS_Sign has six members at most");
  return {
    ...common,
    time: readSealTime(timeInfo),
    dataHash: readBitOctets(dataHash),
    extensions: readSealExtensions(extensions),
    ...readSigner(rest),
  };
}

type Signer = Pick<SealSignature, "certificate" | "algorithm" | "signature" | "timeStamp">;

/** Version 1 has certificate and algorithm among what is signed. */
function readFirstVersion(
  [certificate, algorithm, surplus]: DerElement[],
  [signature, unexpected]: DerElement[],
): Signer {
  if (surplus !== undefined || unexpected !== undefined)
    throw malformed("a signature of version 1 has too many members");
  return {
    certificate: readOctets(certificate),
    algorithm: readOid(algorithm),
    signature: readBitOctets(signature),
  };
}

function readSigner([certificate, algorithm, signature, timeStamp, surplus]: DerElement[]): Signer {
  if (surplus !== undefined) throw malformed("SES_Signature has five members at most");
  return {
    certificate: readOctets(certificate),
    algorithm: readOid(algorithm),
    signature: readBitOctets(signature),
    ...readTimeStamp(timeStamp),
  };
}
