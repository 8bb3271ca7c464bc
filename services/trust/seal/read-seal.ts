import { childrenOf, type DerElement, expectTag, malformed, readDer, TAG } from "../der.ts";
import { readBitOctets, readOctets, readOid, readSmallInteger, readText } from "../der-read.ts";
import { sequence } from "../der-write.ts";
import type { Seal, SealImage, SealSigners, SealVersion } from "./form.ts";
import { readSealExtensions, readSealTime, readTimeStamp } from "./values.ts";

/** Largest seal that is read, in bytes, and most signers in one. */
const MAX_BYTES = 2 << 20;
const MAX_SIGNERS = 256;

/**
 * Reads an electronic seal of version 1, 4 or 5 (GM/T 0031-2014, GB/T 38540-2020, GM/T 0031-2025). The version is what the
 * header says, never guessed from the structure. Refuses (`INVALID_FIELD`) other versions, malformed seals, and those over
 * 2 MiB. Trusts nothing: see `verifySeal`.
 */
export function readSeal(der: Uint8Array): Seal {
  return readSealElement(readDer(der, MAX_BYTES));
}

/** Reads a seal that stands inside a signature. */
export function readSealElement(element: DerElement): Seal {
  const [info, ...rest] = childrenOf(expectTag(element, TAG.sequence));
  const [header, id, property, picture, extensions, surplus] = childrenOf(expectTag(info, TAG.sequence));
  if (surplus !== undefined) throw malformed("SES_SealInfo has five members at most");
  const [mark, version, vendor, unexpected] = childrenOf(expectTag(header, TAG.sequence));
  if (readText(mark) !== "ES" || unexpected !== undefined) throw malformed("the header does not say ES");
  const known = sealVersion(readSmallInteger(version));
  return {
    version: known,
    der: element.raw,
    vendor: readText(vendor),
    id: readText(id),
    ...readProperty(property, known),
    picture: readPicture(picture),
    extensions: readSealExtensions(extensions),
    ...(known === 1
      ? readSignInfo(expectTag(info, TAG.sequence), rest)
      : readMaker(expectTag(info, TAG.sequence), rest, known)),
  };
}

/** Refuses versions that this program does not know. */
export function sealVersion(version: number): SealVersion {
  if (version === 1 || version === 4 || version === 5) return version;
  throw malformed(`seal version ${version} is not known`);
}

type Property = Pick<Seal, "type" | "name" | "signers" | "created" | "validFrom" | "validTo">;

function readProperty(element: DerElement | undefined, version: SealVersion): Property {
  const members = childrenOf(expectTag(element, TAG.sequence));
  const [type, name] = members.splice(0, 2);
  const listType = version === 1 ? 1 : readSmallInteger(members.shift());
  const [list, created, from, to, surplus] = members;
  if (surplus !== undefined) throw malformed("the properties of the seal have too many members");
  return {
    type: readSmallInteger(type),
    name: readText(name),
    signers: readSigners(list, listType),
    created: readSealTime(created),
    validFrom: readSealTime(from),
    validTo: readSealTime(to),
  };
}

function readSigners(list: DerElement | undefined, type: number): SealSigners {
  const members = childrenOf(expectTag(list, TAG.sequence));
  if (members.length > MAX_SIGNERS) throw malformed(`a seal has more than ${MAX_SIGNERS} signers`);
  if (type === 1) return { kind: "certificates", certificates: members.map(readOctets) };
  if (type !== 2) throw malformed(`certListType ${type} is not known`);
  return {
    kind: "digests",
    digests: members.map((member) => {
      const [name, value] = childrenOf(expectTag(member, TAG.sequence));
      return { type: readText(name), value: readOctets(value) };
    }),
  };
}

function readPicture(element: DerElement | undefined): SealImage {
  const [type, data, width, height, surplus] = childrenOf(expectTag(element, TAG.sequence));
  if (surplus !== undefined) throw malformed("the picture of the seal has four members");
  return {
    type: readText(type).toLowerCase(),
    data: readOctets(data),
    width: readSmallInteger(width),
    height: readSmallInteger(height),
  };
}

type MakerPart = Pick<Seal, "maker" | "algorithm" | "signature" | "signed" | "timeStamp">;

/** Version 1: the maker signs info, certificate and algorithm as one SEQUENCE. */
function readSignInfo(info: DerElement, [signInfo, surplus]: DerElement[]): MakerPart {
  const [maker, algorithm, signature, unexpected] = childrenOf(expectTag(signInfo, TAG.sequence));
  if (surplus !== undefined || unexpected !== undefined) throw malformed("a seal of version 1 has too many members");
  return {
    maker: readOctets(maker),
    algorithm: readOid(algorithm),
    signature: readBitOctets(signature),
    signed: sequence(info.raw, expectTag(maker, TAG.octetString).raw, expectTag(algorithm, TAG.oid).raw),
  };
}

/** Versions 4 and 5: the maker signs the info alone. */
function readMaker(
  info: DerElement,
  [maker, algorithm, signature, ...rest]: DerElement[],
  version: SealVersion,
): MakerPart {
  const [timeStamp, surplus] = rest;
  if (surplus !== undefined || (version === 4 && timeStamp !== undefined))
    throw malformed("the seal has too many members");
  return {
    maker: readOctets(maker),
    algorithm: readOid(algorithm),
    signature: readBitOctets(signature),
    signed: info.raw,
    ...readTimeStamp(timeStamp),
  };
}
