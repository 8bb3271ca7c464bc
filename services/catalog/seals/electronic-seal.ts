import type { Seal } from "../../../proto/gen/ecert/catalog/v1/registry_pb.ts";
import { readZip } from "../../document/ofd/zip-read.ts";
import { parseSealPicture } from "../../document/parse-template.ts";
import { checkSealImage } from "../../document/seal-image-check.ts";
import type { SealPicture } from "../../document/seal-picture.ts";
import { digestOf } from "../../domain/canonical.ts";
import { Refusal, refuseField } from "../../domain/refusal.ts";
import { suiteOf } from "../../trust/algorithm.ts";
import { parseCertificate } from "../../trust/certificate.ts";
import type { SignatureReason } from "../../trust/report.ts";
import type { Seal as ElectronicSeal, SealImage } from "../../trust/seal/form.ts";
import { readSeal } from "../../trust/seal/read-seal.ts";
import { maySign } from "../../trust/seal/seal-algorithm.ts";
import { verifySeal } from "../../trust/seal/verify-seal.ts";
import type { Signers } from "../../trust/signers.ts";
import { readSealCertificate } from "./seal-certificate.ts";

const FIELD = "seal.electronic_seal";

const REMEDIES: Readonly<Record<SignatureReason, string>> = {
  SIGNATURE_INVALID: "ask the seal maker for the file again",
  SIGNER_EXPIRED: "have it made anew, by a seal maker whose certificate is in force",
  SIGNER_REVOKED: "have it made by another seal maker",
  SIGNER_UNTRUSTED:
    "have it made by a seal maker whose authority is in `signers` of this node's configuration, with its revocation list",
};

const LOCALIZED: Readonly<Record<SignatureReason, string>> = {
  SIGNATURE_INVALID: "电子印章的签名无效，请向印章制作单位重新索取文件",
  SIGNER_EXPIRED: "印章制作单位的证书不在有效期内，请由证书有效的单位重新制作",
  SIGNER_REVOKED: "印章制作单位的证书已被吊销，请由其他单位重新制作",
  SIGNER_UNTRUSTED: "印章制作单位的证书不受信任，请由本节点配置signers中的颁发机构认可的单位重新制作，或补充其吊销列表",
};

/**
 * 5.8.4, GB/T 38540: holds that an electronic seal may be bound today: in force, and made by a seal maker whom this node trusts. Without
 * an electronic seal there is nothing to check. Throws a refusal of `seal.electronic_seal`, with the remedy.
 */
export function checkElectronicSeal(seal: Seal, signers: Signers | undefined, now: Date): void {
  if (seal.electronicSeal.length === 0) return;
  const read = readElectronicSeal(seal.electronicSeal);
  if (now < read.validFrom || now > read.validTo) {
    const description = `it is valid from ${read.validFrom.toISOString()} to ${read.validTo.toISOString()}`;
    throw refuseField(
      "SIGNER_EXPIRED",
      FIELD,
      description,
      "have it made anew",
      `电子印章有效期为${read.validFrom.toISOString()}至${read.validTo.toISOString()}，请重新制作`,
    );
  }
  checkMaker(read, signers, now);
}

/**
 * 5.8.4, GB/T 38540: holds that an electronic seal is well-formed, for the signing certificate, and of the name and picture that the
 * register has. Without an electronic seal there is nothing to check. Throws a refusal of `seal.electronic_seal`, with the remedy.
 */
export function checkElectronicSealForm(seal: Seal): void {
  if (seal.electronicSeal.length === 0) return;
  const read = readElectronicSeal(seal.electronicSeal);
  if (read.version === 1)
    throw refuseField(
      "INVALID_FIELD",
      FIELD,
      "version 1 is only read",
      "have version 4 made",
      "第1版电子印章只读不签，请制作第4版",
    );
  if (!maySign(read.signers, readSealCertificate(seal.signingCertificatePem).der)) {
    const remedy = "have the seal made for this certificate";
    throw refuseField(
      "SIGNER_UNTRUSTED",
      FIELD,
      "does not list the signing certificate",
      remedy,
      "电子印章未列入该签名证书，请为该证书制作电子印章",
    );
  }
  const picture = parseSealPicture(seal.pictureJson);
  checkName(read, seal, picture);
  checkPicture(read.picture, picture);
}

/** Reads an electronic seal (SESeal). Refuses (`INVALID_FIELD`) what is none. */
export function readElectronicSeal(der: Uint8Array): ElectronicSeal {
  try {
    return readSeal(der);
  } catch (error) {
    const remedy = "send the SESeal (GB/T 38540, DER) that the seal maker made, whole";
    throw refuseField(
      "INVALID_FIELD",
      FIELD,
      error instanceof Refusal ? error.message : "cannot be read",
      remedy,
      "不是完整的电子印章（GB/T 38540 SESeal，DER），请提供印章制作单位制作的原文件",
    );
  }
}

/** A seal is named as in the register, or by what its picture reads. */
function checkName({ name }: ElectronicSeal, seal: Seal, picture: SealPicture): void {
  const names = [seal.name];
  if (picture.kind === "round") names.push(picture.name, picture.name + (picture.caption ?? ""));
  if (names.includes(name)) return;
  const description = `its name is ${name}, the seal is named ${seal.name}`;
  throw refuseField(
    "INVALID_FIELD",
    FIELD,
    description,
    "have it made with the name in seal.name, or mend that name",
    `电子印章名称为${name}，登记名称为${seal.name}，请按登记名称重新制作，或更正seal.name`,
  );
}

/**
 * A seal maker may bring any picture that is whole, so its size decides: faces keep room for the register's. A picture that our own tool
 * drew says from what, and is held to that.
 */
function checkPicture(image: SealImage, picture: SealPicture): void {
  checkSealImage(image, FIELD);
  const { width, height } = picture.kind === "round" ? { width: picture.diameter, height: picture.diameter } : picture;
  if (image.width !== Math.ceil(width) || image.height !== Math.ceil(height)) {
    const description = `its picture has ${image.width} × ${image.height} mm, seal.picture_json ${width} × ${height} mm`;
    throw refuseField(
      "INVALID_FIELD",
      FIELD,
      description,
      "have it made with the picture of the register, or mend that",
      `印章图片为${image.width}×${image.height}毫米，seal.picture_json为${width}×${height}毫米，请按登记的图片重新制作，或更正登记`,
    );
  }
  const drawnFrom = image.type === "ofd" ? sourceOf(image.data) : undefined;
  if (drawnFrom !== undefined && drawnFrom !== digestOf(picture).slice(0, 32)) {
    const description = "its picture was drawn from another one than seal.picture_json";
    throw refuseField(
      "INVALID_FIELD",
      FIELD,
      description,
      "have it made with the picture of the register",
      "印章图片不是由seal.picture_json绘制的，请按登记的图片重新制作",
    );
  }
}

/** The digest that a picture by `sealImage` bears of what it shows; `undefined` for pictures of others. */
function sourceOf(data: Uint8Array): string | undefined {
  try {
    const xml = readZip(Buffer.from(data)).get("OFD.xml")?.toString("utf8") ?? "";
    return xml.includes("<ofd:Creator>ecert<") ? /<ofd:DocID>([0-9a-f]{32})</.exec(xml)?.[1] : undefined;
  } catch {
    return undefined;
  }
}

function checkMaker({ der, maker }: ElectronicSeal, signers: Signers | undefined, at: Date): void {
  if (signers === undefined) {
    const remedy = "name the seal maker's authority in `signers.anchorFiles` of this node's configuration";
    throw refuseField(
      "SIGNER_UNTRUSTED",
      FIELD,
      "this node knows no authorities to judge seal makers by",
      remedy,
      "本节点未配置用以判断印章制作单位的颁发机构，请在配置的signers.anchorFiles中填写",
    );
  }
  if (suiteOf(keyOf(maker)) === undefined) {
    const remedy = "have it made with SM2 (or P-256, or RSA of 2048 bits or more)";
    throw refuseField(
      "SIGNATURE_INVALID",
      FIELD,
      "the seal maker's key is weak or of an unknown kind",
      remedy,
      "印章制作单位的密钥强度不足或类型不明，请用SM2（或P-256、2048位以上RSA）重新制作",
    );
  }
  const { ok, findings } = verifySeal(der, { ...signers.current(), at });
  if (ok) return;
  const { reason, detail } = findings[0] ?? { reason: "SIGNATURE_INVALID" as const, detail: "it does not verify" };
  throw refuseField(reason, FIELD, detail, REMEDIES[reason], LOCALIZED[reason]);
}

function keyOf(certificate: Uint8Array) {
  try {
    return parseCertificate(certificate).publicKey;
  } catch {
    const remedy = "ask the seal maker for the file again";
    throw refuseField(
      "INVALID_FIELD",
      FIELD,
      "the seal maker's certificate cannot be read",
      remedy,
      "印章制作单位的证书无法读取，请向其重新索取电子印章文件",
    );
  }
}
