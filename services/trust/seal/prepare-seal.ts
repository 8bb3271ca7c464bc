import { createHash } from "node:crypto";
import { Refusal, refuseField } from "../../domain/refusal.ts";
import { suiteSignatureHolds } from "../algorithm.ts";
import { parseCertificate } from "../certificate.ts";
import { bitString, octetString, oid, printableString, sequence, smallInteger, utf8String } from "../der-write.ts";
import type { SigningCertificate } from "../signing-certificate.ts";
import { chainExtension } from "./chain.ts";
import type { SealExtension, SealImage, SealVersion } from "./form.ts";
import { SEAL_ALGORITHMS } from "./seal-algorithm.ts";
import { generalizedTime, ia5String, sealExtensions } from "./values.ts";

/** An electronic seal to be made. */
export interface SealOrder {
  /** Default 4 (GB/T 38540-2020). 5 is GM/T 0031-2025, in force from 2026-07-01; few readers know it yet. */
  version?: Exclude<SealVersion, 1>;
  /** Vid: who makes seals with which program; ASCII, up to 64 characters. */
  vendor: string;
  /** esID, ASCII, up to 64 characters: unique for its maker. */
  id: string;
  /** 1 for a body, 2 for a person. Default 1. */
  type?: number;
  /** Name of the seal, as it reads on its picture. */
  name: string;
  picture: SealImage;
  /** DER of the certificates that may sign with the seal, one at least. */
  signers: readonly Uint8Array[];
  /** `digests` keeps the certificates out of the seal. Default `certificates`. */
  signerList?: "certificates" | "digests";
  created: Date;
  validFrom: Date;
  validTo: Date;
  /** Additions beside the maker's chain. */
  extensions?: readonly SealExtension[];
  /** The seal maker (制章人); its key signs. */
  maker: SigningCertificate;
}

/** A seal half done: the maker's key signs `toBeSigned`. */
export interface PreparedSeal {
  /** SES_SealInfo, DER. */
  readonly toBeSigned: Uint8Array;
  /** Puts the maker's signature (DER `SEQUENCE { r, s }` for SM2) in; refuses (`SIGNATURE_INVALID`) a wrong one. */
  finish(signature: Uint8Array): Uint8Array;
}

/**
 * Prepares an electronic seal (SESeal of GB/T 38540). The same order gives the same bytes. Refuses (`INVALID_FIELD`) names
 * that are no ASCII, a picture without size, a validity that is turned round, and a seal without signers.
 */
export function prepareSeal(order: SealOrder): PreparedSeal {
  checkOrder(order);
  const { maker, picture } = order;
  const extensions = [...chainExtension(maker.chain), ...(order.extensions ?? [])];
  const info = sequence(
    sequence(ia5String("ES"), smallInteger(order.version ?? 4), ia5String(order.vendor)),
    ia5String(order.id),
    propertyOf(order),
    sequence(
      ia5String(picture.type),
      octetString(picture.data),
      smallInteger(picture.width),
      smallInteger(picture.height),
    ),
    ...(extensions.length === 0 ? [] : [sealExtensions(extensions)]),
  );
  return {
    toBeSigned: info,
    finish: (signature) => {
      if (!suiteSignatureHolds(maker.parsed.publicKey, info, signature)) {
        throw new Refusal("SIGNATURE_INVALID", "seal: the signature is not by the key of the seal maker's certificate");
      }
      const algorithm = oid(SEAL_ALGORITHMS[maker.algorithm][0]);
      return sequence(info, octetString(maker.certificate), algorithm, bitString(signature));
    },
  };
}

function propertyOf({ type = 1, name, signers, signerList, created, validFrom, validTo }: SealOrder): Uint8Array {
  const digests = signerList === "digests";
  const list = signers.map((certificate) =>
    digests
      ? sequence(printableString("SM3"), octetString(createHash("sm3").update(certificate).digest()))
      : octetString(certificate),
  );
  return sequence(
    smallInteger(type),
    utf8String(name),
    smallInteger(digests ? 2 : 1),
    sequence(...list),
    ...[created, validFrom, validTo].map(generalizedTime),
  );
}

function checkOrder({ vendor, id, name, picture, signers, validFrom, validTo }: SealOrder): void {
  for (const [field, text] of Object.entries({ vendor, id, "picture.type": picture.type })) {
    if (!/^[\x21-\x7e]{1,64}$/.test(text))
      throw refuseField(
        "INVALID_FIELD",
        field,
        "must be 1–64 characters of ASCII",
        "write it in ASCII",
        "应为1至64个ASCII字符，不含空格",
      );
  }
  if (name === "" || name.length > 200)
    throw refuseField(
      "INVALID_FIELD",
      "name",
      "must have 1–200 characters",
      "name the seal",
      "应为1至200个字符，请填写印章名称",
    );
  const sizes = [picture.width, picture.height];
  if (picture.data.length === 0 || !sizes.every((size) => Number.isInteger(size) && size >= 1 && size <= 300)) {
    throw refuseField(
      "INVALID_FIELD",
      "picture",
      "needs data, and width and height from 1 to 300 mm",
      "give the picture with its size in millimetres",
      "印章图片应有内容，宽高为1至300毫米的整数",
    );
  }
  if (signers.length === 0)
    throw refuseField(
      "INVALID_FIELD",
      "signers",
      "needs one certificate at least",
      "name the certificates that may sign with it",
      "应至少列入一个签名证书",
    );
  for (const certificate of signers) parseCertificate(certificate);
  if (!(validFrom < validTo))
    throw refuseField(
      "INVALID_FIELD",
      "validTo",
      "must be later than validFrom",
      "give a later time",
      "应晚于validFrom，请更正",
    );
}
