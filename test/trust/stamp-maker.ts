import { createHash } from "node:crypto";
import { type AuthorityKeyKind, newAuthorityKey } from "../../ops/authority/authority-key.ts";
import {
  authorityConstraints,
  endEntityConstraints,
  extension,
  keyUsage,
  signCertificate,
} from "../../ops/authority/certificate-form.ts";
import { revocationList } from "../../ops/authority/revocation-list.ts";
import { SUITES } from "../../services/trust/algorithm.ts";
import { createTrustAnchors } from "../../services/trust/anchors.ts";
import { parseCertificate } from "../../services/trust/certificate.ts";
import { readSignedData } from "../../services/trust/cms-read.ts";
import type { RevocationCause } from "../../services/trust/crl.ts";
import { TAG } from "../../services/trust/der.ts";
import { derElement, octetString, oid, sequence, setOf, smallInteger, tagged } from "../../services/trust/der-write.ts";
import { nameDer } from "../../services/trust/name.ts";
import { OID } from "../../services/trust/oid.ts";
import { locateSignature } from "../../services/trust/pades-locate.ts";
import { toPem } from "../../services/trust/pem.ts";
import { createRevocationSource } from "../../services/trust/revocation.ts";
import { attachTimeStamp } from "../../services/trust/time-stamp/attach.ts";
import {
  IMPRINT_OIDS,
  type ImprintHash,
  imprintOf,
  type StampedContent,
} from "../../services/trust/time-stamp/imprint.ts";
import type { TimeStampTrust } from "../../services/trust/time-stamp/verify-token.ts";

/** What a test may choose of a token. */
export interface TokenChange {
  time?: Date;
  hash?: ImprintHash;
  policy?: string;
  /** DER of the MessageImprint, in place of that of the content. */
  imprint?: Uint8Array;
  /** DER of further members of TSTInfo behind genTime. */
  more?: readonly Uint8Array[];
  /** Extended key usages of the authority's certificate, and whether they are critical. */
  uses?: readonly string[];
  critical?: boolean;
  notBefore?: Date;
  notAfter?: Date;
  /** ESSCertIDv2 in the signed attributes names this certificate instead of the authority's; `null`: there is none. */
  named?: Uint8Array | null;
  /** Certificates beside the authority's. */
  beside?: readonly Uint8Array[];
  /** Object identifiers of GB/T 35275 around it. */
  national?: boolean;
}

/** A time stamp authority that makes tokens of any time and fault, for what OpenSSL's cannot: SM2, and attacks. */
export interface StampMaker {
  /** Root above the authority, PEM. */
  readonly rootPem: string;
  readonly trust: TimeStampTrust;
  /** The same with a revocation list, in which the authority may stand. It ends two years after the stamps. */
  revoked(cause?: RevocationCause, at?: Date): TimeStampTrust;
  /** The same with an empty list that was made with the stamps. */
  listed(days: number): TimeStampTrust;
  token(content: StampedContent, change?: TokenChange): Uint8Array;
}

/** Time at which tokens are made where a test says nothing else. */
export const STAMPED_AT = new Date("2026-11-24T02:16:00Z");
const YEAR = 365 * 86_400_000;
const around = (years: number) => new Date(STAMPED_AT.getTime() + years * YEAR);

/** Makes an authority with a key of the kind; `name` tells its root from others'. */
export function createStampMaker(kind: AuthorityKeyKind = "p256", name = "Stamp root"): StampMaker {
  const suite = SUITES[kind === "sm2" ? "sm2-sm3" : "ecdsa-p256-sha256"];
  const [top, own] = [newAuthorityKey(kind).key, newAuthorityKey(kind).key];
  const rootName = nameDer({ country: "CN", commonName: name });
  const ownName = nameDer({ country: "CN", organization: "Stamps", commonName: "Stamp authority" });
  const period = { notBefore: around(-1), notAfter: around(5) };
  const common = { issuerDer: rootName, ...period };
  const rootDer = signCertificate(
    {
      ...common,
      serial: Uint8Array.of(1),
      subjectDer: rootName,
      spki: top.spki,
      extensions: [authorityConstraints(0), keyUsage([5, 6])],
    },
    top,
  );
  const rootPem = toPem("CERTIFICATE", rootDer);
  const trust = createTrustAnchors([rootPem]);

  const certificate = ({ uses = [OID.timeStamping], critical = true, ...change }: TokenChange) =>
    signCertificate(
      {
        ...common,
        ...(change.notBefore && { notBefore: change.notBefore }),
        ...(change.notAfter && { notAfter: change.notAfter }),
        serial: Uint8Array.of(2),
        subjectDer: ownName,
        spki: own.spki,
        extensions: [
          endEntityConstraints(),
          keyUsage([0]),
          extension(OID.extendedKeyUsage, sequence(...uses.map(oid)), critical),
        ],
      },
      top,
    );

  const issuer = { certificate: parseCertificate(rootDer), pem: rootPem, key: top };
  return {
    rootPem,
    trust: { trust },
    listed: (days) => ({
      trust,
      revocation: createRevocationSource([revocationList(issuer, [], STAMPED_AT, days)], trust.anchors),
    }),
    revoked(cause, at = STAMPED_AT) {
      const entry = cause && { serial: "02", revoked: { at: at.toISOString(), cause } };
      const entries = entry ? [{ issuer: "root", subject: "", ...times(period), ...entry } as const] : [];
      return {
        trust,
        revocation: createRevocationSource([revocationList(issuer, entries, around(1), 365)], trust.anchors),
      };
    },
    token(content, change = {}) {
      const { time = STAMPED_AT, hash = suite.hash, policy = "1.2.3.4", more = [], named, beside = [] } = change;
      const signer = certificate(change);
      const info = sequence(
        smallInteger(1),
        oid(policy),
        change.imprint ?? sequence(sequence(oid(IMPRINT_OIDS[hash])), octetString(imprintOf(content, hash))),
        smallInteger(7),
        generalizedTime(time),
        ...more,
      );
      const digest = (bytes: Uint8Array) => octetString(createHash(suite.hash).update(bytes).digest());
      const essId = sequence(suite.digestIdentifier, digest(named ?? signer));
      const attributes = setOf([
        attribute(OID.contentType, oid(OID.timeStampInfo)),
        attribute(OID.messageDigest, digest(info)),
        ...(named === null ? [] : [attribute(OID.signingCertificateV2, sequence(sequence(essId)))]),
      ]);
      const signed = Buffer.from(attributes);
      signed[0] = 0xa0;
      const signerInfo = sequence(
        smallInteger(1),
        sequence(rootName, smallInteger(2)),
        suite.digestIdentifier,
        signed,
        suite.signerIdentifier,
        octetString(own.sign(attributes)),
      );
      return sequence(
        oid(change.national ? OID.gmSignedData : OID.signedData),
        tagged(
          0,
          sequence(
            smallInteger(3),
            setOf([suite.digestIdentifier]),
            sequence(oid(OID.timeStampInfo), tagged(0, octetString(info))),
            derElement(0xa0, ...[signer, ...beside].sort(Buffer.compare)),
            setOf([signerInfo]),
          ),
        ),
      );
    },
  };
}

/** A PDF whose signature bears a time stamp: over its own signature value, or whatever a test says. */
export function stampPdf(maker: StampMaker, pdf: Buffer, change: TokenChange = {}, over?: Uint8Array): Buffer {
  const { cms, byteRange } = locateSignature(pdf);
  const token = maker.token(over ?? readSignedData(cms).signature, change);
  const copy = Buffer.from(pdf);
  copy.write(Buffer.from(attachTimeStamp(cms, token)).toString("hex"), byteRange[1] + 1, "latin1");
  return copy;
}

/** A TimeStampResp that grants a token. */
export function granted(token: Uint8Array): Uint8Array {
  return sequence(sequence(smallInteger(0)), token);
}

function attribute(type: string, value: Uint8Array): Uint8Array {
  return sequence(oid(type), setOf([value]));
}

function times({ notBefore, notAfter }: { notBefore: Date; notAfter: Date }) {
  return { notBefore: notBefore.toISOString(), notAfter: notAfter.toISOString() };
}

/** With a fraction where the time has one, which must not end in 0. */
function generalizedTime(time: Date): Uint8Array {
  const digits = time.toISOString().replace(/[-:TZ]/g, "");
  const shortest = digits.replace(/0+$/, "").replace(/\.$/, "").padEnd(14, "0");
  return derElement(TAG.generalizedTime, Buffer.from(`${shortest}Z`, "latin1"));
}
