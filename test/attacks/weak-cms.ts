import { generateKeyPairSync, randomBytes, sign } from "node:crypto";
import { endEntityConstraints, keyUsage, signCertificate } from "../../ops/authority/certificate-form.ts";
import { SUITES } from "../../services/trust/algorithm.ts";
import { parseCertificate } from "../../services/trust/certificate.ts";
import { derElement, octetString, oid, sequence, setOf, smallInteger, tagged } from "../../services/trust/der-write.ts";
import { OID } from "../../services/trust/oid.ts";
import type { SigningCertificate } from "../../services/trust/signing-certificate.ts";

/** A CMS by a certificate for any key: right in form, its signature value is noise. */
export function weakCms(like: SigningCertificate, spki: Uint8Array): Uint8Array {
  const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const certificate = parseCertificate(
    signCertificate(
      {
        serial: Uint8Array.of(0x40, 1),
        issuerDer: like.parsed.issuerDer,
        subjectDer: like.parsed.subjectDer,
        spki,
        notBefore: like.parsed.notBefore,
        notAfter: like.parsed.notAfter,
        extensions: [endEntityConstraints(), keyUsage([0])],
      },
      {
        spki: publicKey.export({ type: "spki", format: "der" }),
        identifier: SUITES["ecdsa-p256-sha256"].certificateIdentifier,
        sign: (bytes) => sign("sha256", bytes, privateKey),
      },
    ),
  );
  const { digestIdentifier, signerIdentifier } = SUITES["ecdsa-p256-sha256"];
  const attributes = setOf([sequence(oid(OID.contentType), setOf([oid(OID.data)]))]);
  const signed = Buffer.from(attributes);
  signed[0] = 0xa0;
  const signerInfo = sequence(
    smallInteger(1),
    sequence(certificate.issuerDer, certificate.serialDer),
    digestIdentifier,
    signed,
    signerIdentifier,
    octetString(randomBytes(70)),
  );
  const head = [smallInteger(1), setOf([digestIdentifier]), sequence(oid(OID.data)), derElement(0xa0, certificate.der)];
  return sequence(oid(OID.signedData), tagged(0, sequence(...head, setOf([signerInfo]))));
}
