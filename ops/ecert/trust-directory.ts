import { createPublicKey, type KeyObject } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { Refusal } from "../../services/domain/refusal.ts";
import { createTrustAnchors, type TrustAnchors } from "../../services/trust/anchors.ts";
import { type Certificate, parseCertificate } from "../../services/trust/certificate.ts";
import { basicConstraintsOf } from "../../services/trust/extension.ts";
import type { NodeKeyList } from "../../services/trust/node-key-list.ts";
import { fromPem, toPem } from "../../services/trust/pem.ts";
import { createRevocationSource, type RevocationLists } from "../../services/trust/revocation.ts";
import type { TimeStampTrust } from "../../services/trust/time-stamp/verify-token.ts";
import type { IssuerRegister } from "../../services/trust/verification/sources.ts";
import { type KnownNodes, readIssuerRegister } from "./issuer-register.ts";
import { readKeys } from "./node-key-list.ts";

/** What a trust directory holds. */
export interface TrustDirectory extends KnownNodes {
  trust: TrustAnchors;
  /** DER of the authorities that are no anchors. */
  intermediates: readonly Uint8Array[];
  revocation?: RevocationLists;
  authorised?: IssuerRegister;
  /** The list of nodes' keys with their periods, as the province signed it. */
  nodeKeyList?: NodeKeyList;
  /** Authorities of time stamps, which are trusted for nothing else. */
  timeStamps?: TimeStampTrust & { revocation?: RevocationLists };
}

/**
 * Loads a trust directory: authorities and revocation lists from every `*.pem`, `*.crt` and `*.crl` (PEM), those of time stamps
 * from the ones whose names begin with `time-stamp`, public keys of nodes from `node-CODE.pem`, that of the province from
 * `province-CODE.pem` unless `publisher` says which of the nodes it is, the register from `issuers.json`, nodes' keys with their periods
 * from `node-keys.json`. Anchors are the roots, and authorities whose issuer is not there. Throws `INVALID_FIELD`, naming the file.
 */
export function loadTrustDirectory(directory: string | undefined, publisher?: string): TrustDirectory {
  if (directory === undefined) {
    throw new Refusal(
      "INVALID_FIELD",
      "未指定信任目录：--trust DIR · no trust directory given: --trust DIR or ECERT_TRUST",
    );
  }
  const texts = readTexts(directory);
  const register = texts.get("issuers.json");
  const keys = texts.get("node-keys.json");
  const nodeKeys = new Map<string, KeyObject>();
  const documents = new Map<string, string>();
  const stamps = new Map<string, string>();
  const provinces: string[] = [];
  for (const [name, text] of texts) {
    const [, kind, node] = /^(node|province)-(\w+)\.pem$/.exec(name) ?? [];
    // A node's certificate comes with the authority of the mesh, which must not become an authority of documents.
    if (node !== undefined) {
      const key = named(name, () => createPublicKey(text));
      if (kind === "province") provinces.push(node);
      nodeKeys.set(node, key);
    } else if (name.startsWith("time-stamp")) stamps.set(name, text);
    else documents.set(name, text);
  }
  const nodes = { nodeKeys, ...provinceAmong(provinces, nodeKeys, publisher) };
  return {
    ...authoritiesIn(directory, documents),
    ...nodes,
    ...(stamps.size > 0 && { timeStamps: authoritiesIn(directory, stamps) }),
    ...(keys !== undefined && { nodeKeyList: named("node-keys.json", () => readKeys(Buffer.from(keys), nodes)) }),
    ...(register !== undefined && { authorised: named("issuers.json", () => readIssuerRegister(register, nodes)) }),
  };
}

function provinceAmong(
  [named, other]: readonly string[],
  nodeKeys: ReadonlyMap<string, KeyObject>,
  publisher: string | undefined,
): Pick<KnownNodes, "province"> {
  if (publisher !== undefined && !nodeKeys.has(publisher)) {
    throw new Refusal("INVALID_FIELD", `--publisher ${publisher}: 没有其公钥 · there is no node-${publisher}.pem`);
  }
  if (publisher === undefined && other !== undefined) {
    throw new Refusal("INVALID_FIELD", `province-${named}.pem, province-${other}.pem: only one province can publish`);
  }
  const province = publisher ?? named;
  return province === undefined ? {} : { province };
}

function authoritiesIn(
  directory: string,
  texts: ReadonlyMap<string, string>,
): Pick<TrustDirectory, "trust" | "intermediates" | "revocation"> {
  const authorities: Certificate[] = [];
  const lists: string[] = [];
  for (const [name, text] of texts) {
    named(name, () => {
      const found = fromPem("CERTIFICATE", text).map(parseCertificate);
      authorities.push(...found.filter((certificate) => basicConstraintsOf(certificate).ca));
      for (const der of fromPem("X509 CRL", text)) lists.push(toPem("X509 CRL", der));
    });
  }
  const roots = authorities.filter((one) => isRoot(one, authorities));
  return {
    trust: named(directory, () => createTrustAnchors(roots.map(({ der }) => toPem("CERTIFICATE", der)))),
    intermediates: authorities.filter((one) => !roots.includes(one)).map(({ der }) => der),
    ...(lists.length > 0 && { revocation: named(directory, () => createRevocationSource(lists, authorities)) }),
  };
}

function isRoot(certificate: Certificate, all: readonly Certificate[]): boolean {
  if (Buffer.compare(certificate.issuerDer, certificate.subjectDer) === 0) return true;
  return !all.some(({ subjectDer }) => Buffer.compare(subjectDer, certificate.issuerDer) === 0);
}

function readTexts(directory: string): Map<string, string> {
  try {
    const names = readdirSync(directory).filter((name) =>
      /\.(?:pem|crt|crl)$|^(?:issuers|node-keys)\.json$/.test(name),
    );
    return new Map(names.sort().map((name) => [name, readFileSync(join(directory, name), "utf8")]));
  } catch (cause) {
    throw new Refusal("INVALID_FIELD", `无法读取信任目录 · cannot read the trust directory ${directory}`, { cause });
  }
}

/** Names the file in whatever goes wrong with it. */
function named<T>(name: string, read: () => T): T {
  try {
    return read();
  } catch (cause) {
    throw new Refusal("INVALID_FIELD", `${name}: ${(cause as Error).message}`, { cause });
  }
}
