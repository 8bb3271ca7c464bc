import { isIPv4 } from "node:net";
import { join } from "node:path";
import { refuseArgument } from "../../services/domain/refusal.ts";
import { readCertificateRequest } from "../../services/trust/certificate-request.ts";
import type { RevocationCause } from "../../services/trust/crl.ts";
import { KEY_USAGE } from "../../services/trust/extension.ts";
import { nameDer } from "../../services/trust/name.ts";
import { isSm2PublicKey } from "../../services/trust/sm2/public-key.ts";
import { alternativeNames, endEntityConstraints, keyUsage } from "./certificate-form.ts";
import { makeDirectory } from "./disk.ts";
import { DOCUMENT_USES, newKey, openIssuers, type PerIssuer, STAFF_USES, TLS_USES } from "./issuers.ts";
import { type Issuer, openRegister, type RegisterEntry } from "./register.ts";
import { revocationList } from "./revocation-list.ts";
import { requestedNames, type TlsNames } from "./tls-request.ts";

/** What a mesh certificate stands for. */
export type PeerKind = "service" | "agent" | "operator" | "node";

/** A certificate for one service, agent, operator or node of the mesh. */
export interface TlsOrder {
  /** Code of the node, for example `440100`. */
  node: string;
  kind: PeerKind;
  name: string;
  /** Further names of the same kind: of a process that runs several services of its node. */
  also?: readonly string[];
  /** DNS names; default `localhost`. */
  dns?: readonly string[];
  /** IPv4 addresses; default `127.0.0.1`. */
  ip?: readonly string[];
  /** Default 90. */
  days?: number;
  /** Default `p256`. `ed25519` is for the keys with which nodes sign events. */
  key?: "p256" | "ed25519";
}

/** A personal certificate with which a member of staff signs in. */
export interface StaffOrder {
  /** Name of the person. */
  name: string;
  /** Name of the department, and its social credit code. */
  organization: string;
  organizationCode: string;
  /** Default `p256`. */
  key?: "p256" | "rsa";
  /** Default 365. */
  days?: number;
}

/** A certificate with the mesh authority above it, PEM, and every name of the mesh that it bears. */
export interface TlsAnswer {
  certPem: string;
  serial: string;
  uris: readonly string[];
}

/**
 * A trial authority: one root, an authority for the mesh (TLS) and one for departments' signing certificates; a second root for
 * the certificates of staff; on request a national hierarchy too: a root and a signing authority whose keys are SM2.
 */
export interface Authority {
  /** PEM of each authority. TLS peers and verifiers of signatures trust `root`; of SM2 signatures, `root-sm2`; staff sign in by `staff`. */
  readonly certificates: Readonly<PerIssuer<string>>;
  /** `certPem` holds the certificate and the mesh authority above it; the key is PKCS#8. */
  issueTls(order: TlsOrder): { certPem: string; keyPem: string; serial: string; uri: string };
  /**
   * Answers a request for a TLS certificate of one node ({@link requestedNames}), whose key stays where it was made. `certPem` holds
   * the mesh authority too.
   */
  answerTls(requestPem: string, order: { node: string; days?: number }): TlsAnswer;
  /**
   * Answers a PKCS#10 request; the subject is taken as asked for. `certPem` holds the signing authority too: the national one
   * for SM2 keys, which are refused (`INVALID_FIELD`) where it is not there.
   */
  issueSigning(requestPem: string, options?: { days?: number }): { certPem: string; serial: string };
  /** Makes a key and the personal certificate of a member of staff; the key is PKCS#8. */
  issueStaff(order: StaffOrder): { certPem: string; keyPem: string; serial: string };
  /** `at` defaults to now. The first revocation of a certificate stands. */
  revoke(serial: string, cause: RevocationCause, at?: Date): RegisterEntry;
  /** Fresh revocation lists (PEM), valid for `days` (default 30). */
  crl(options?: { days?: number }): PerIssuer<string>;
  /** Every certificate issued, the authorities' own included, oldest first. */
  list(): RegisterEntry[];
}

/** Settings of an authority. */
export interface AuthorityOptions {
  now?: () => Date;
  /** Makes the national hierarchy (SM2) too. Once made it is always opened. */
  national?: boolean;
}

/**
 * Opens the authority in a directory, making its keys and certificates where they are absent. Keys and state are files of
 * mode 0600, written atomically. For trials: in production any authority does, and keys belong in a device.
 */
export function createAuthority(directory: string, options: AuthorityOptions = {}): Authority {
  const { now = () => new Date(), national = false } = options;
  makeDirectory(directory);
  const register = openRegister(join(directory, "issued"));
  const { keys, issue } = openIssuers(directory, register, now, national);
  const certify = (node: string, name: string, spki: Uint8Array, { uris, dns, ip }: TlsNames, days: number) => {
    const [uri = ""] = uris;
    const subject = { text: uri, der: nameDer({ country: "CN", organization: node, commonName: name }), spki };
    const extensions = [
      endEntityConstraints(),
      keyUsage([KEY_USAGE.digitalSignature]),
      TLS_USES,
      alternativeNames(uris, dns, ip),
    ];
    const { pem, serial } = issue("mesh", subject, days, extensions);
    return { certPem: pem + keys.mesh.pem, serial, uri };
  };
  return {
    certificates: forEach(keys, (_, { pem }) => pem),
    issueTls: ({ node, kind, name, also = [], dns = ["localhost"], ip = ["127.0.0.1"], days = 90, key = "p256" }) => {
      for (const one of [name, ...also]) checkPeer(node, one, dns, ip);
      const { keyPem, spki } = newKey(key);
      const uris = [name, ...also].map((one) => `ecert://${node}/${kind}/${one}`);
      return { ...certify(node, name, spki, { uris, dns, ip }, days), keyPem };
    },
    answerTls: (requestPem, { node, days = 365 }) => {
      const request = readCertificateRequest(requestPem);
      const names = requestedNames(request, node);
      const all = names.uris.map((uri) => URI.exec(uri)?.[1] ?? "");
      for (const one of all) checkPeer(node, one, names.dns, names.ip);
      return { ...certify(node, all[0] as string, request.spki, names, days), uris: names.uris };
    },
    issueSigning: (requestPem, { days = 365 } = {}) => {
      const request = readCertificateRequest(requestPem);
      const { organization, organizationCode, commonName } = request.subject;
      if (organization === undefined || organizationCode === undefined || commonName === undefined) {
        throw refuseArgument(
          "INVALID_FIELD",
          "subject",
          "needs an organisation, its social credit code and a common name",
        );
      }
      const subject = { text: commonName, der: request.subjectDer, spki: request.spki };
      const usage = keyUsage([KEY_USAGE.digitalSignature, KEY_USAGE.nonRepudiation]);
      const issuer = isSm2PublicKey(request.spki) ? "signing-sm2" : "signing";
      const { pem, serial } = issue(issuer, subject, days, [endEntityConstraints(), usage, DOCUMENT_USES]);
      return { certPem: `${pem}${keys[issuer]?.pem}`, serial };
    },
    issueStaff: ({ name, organization, organizationCode, key = "p256", days = 365 }) => {
      const { keyPem, spki } = newKey(key);
      const der = nameDer({ country: "CN", organization, organizationCode, commonName: name });
      const extensions = [endEntityConstraints(), keyUsage([KEY_USAGE.digitalSignature]), STAFF_USES];
      const { pem, serial } = issue("staff", { text: `${name}, ${organization}`, der, spki }, days, extensions);
      return { certPem: pem, keyPem, serial };
    },
    revoke: (serial, cause, at = now()) => register.revoke(serial, cause, at),
    crl: ({ days = 30 } = {}) => {
      const entries = register.list();
      return forEach(keys, (name, key) => {
        const own = entries.filter(({ issuer }) => issuer === name);
        return revocationList(key, own, now(), days);
      });
    },
    list: () => register.list(),
  };
}

const URI = /^ecert:\/\/[^/]+\/(?:service|agent|operator|node)\/([^/]+)$/;

function forEach<T, U>(keys: Readonly<PerIssuer<T>>, make: (name: Issuer, key: T) => U): PerIssuer<U> {
  const entries = Object.entries(keys) as [Issuer, T][];
  return Object.fromEntries(entries.map(([name, key]) => [name, make(name, key)])) as PerIssuer<U>;
}

function checkPeer(node: string, name: string, dns: readonly string[], ip: readonly string[]): void {
  for (const [field, text] of Object.entries({ node, name })) {
    if (!/^[a-z0-9][a-z0-9.-]{0,62}$/i.test(text)) {
      throw refuseArgument("INVALID_FIELD", field, "must be letters, digits, dots and hyphens, at most 63");
    }
  }
  if (!dns.every((host) => /^[a-z0-9*][a-z0-9.*-]{0,252}$/i.test(host))) {
    throw refuseArgument("INVALID_FIELD", "dns", "must be host names");
  }
  if (!ip.every((address) => isIPv4(address))) throw refuseArgument("INVALID_FIELD", "ip", "must be IPv4 addresses");
}
