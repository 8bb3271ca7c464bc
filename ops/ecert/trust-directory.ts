import { createPublicKey, type KeyObject } from "node:crypto";
import { Refusal } from "../../services/domain/refusal.ts";
import type { NodeKeyList } from "../../services/statement/node-key-list.ts";
import { createTrustAnchors, type TrustAnchors } from "../../services/trust/anchors.ts";
import type { Certificate } from "../../services/trust/certificate.ts";
import type { RevocationList } from "../../services/trust/crl.ts";
import { readDer } from "../../services/trust/der.ts";
import { basicConstraintsOf } from "../../services/trust/extension.ts";
import { readName } from "../../services/trust/name.ts";
import { nameOf } from "../../services/trust/path.ts";
import { toPem } from "../../services/trust/pem.ts";
import { createRevocationSource, type RevocationLists } from "../../services/trust/revocation.ts";
import type { TimeStampTrust } from "../../services/trust/time-stamp/verify-token.ts";
import type { IssuerRegister } from "../../services/trust/verification/sources.ts";
import { readAuthorityFile } from "./authority-file.ts";
import { type KnownNodes, readIssuerRegister } from "./issuer-register.ts";
import { readKeys } from "./node-key-list.ts";
import { readTrustFiles, TRUST_NAMES, type Untaken } from "./trust-files.ts";

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
  /** The status bundle, not verified yet. */
  statusBundle?: Uint8Array;
}

/**
 * Loads a trust directory: authorities and revocation lists from every file that `readAuthorityFile` reads, those of time stamps
 * from the ones whose names begin with `time-stamp`, public keys of nodes from `node-CODE.pem`, that of the province from
 * `province-CODE.pem` unless `publisher` says which of the nodes it is, the register from `issuers.json`, nodes' keys with their periods
 * from `node-keys.json`, the status bundle from `status.ecsb`. Anchors are the roots, and authorities whose issuer is not there. `warn` is
 * told of each thing that is not taken, and why. Throws `INVALID_FIELD`, naming the file.
 */
export function loadTrustDirectory(
  directory: string | undefined,
  publisher?: string,
  warn: (text: string) => void = (text) => process.stderr.write(`ecert: ${text}\n`),
): TrustDirectory {
  if (directory === undefined) {
    throw new Refusal(
      "INVALID_FIELD",
      "未指定信任目录：--trust DIR · no trust directory given: --trust DIR or ECERT_TRUST; ecert trust export makes one",
    );
  }
  const { files, untaken } = readTrustFiles(directory);
  const nodeKeys = new Map<string, KeyObject>();
  const documents = new Map<string, Uint8Array>();
  const stamps = new Map<string, Uint8Array>();
  const provinces: string[] = [];
  const texts: readonly string[] = Object.values(TRUST_NAMES);
  for (const [name, bytes] of files) {
    const [, kind, node] = /^(node|province)-(\w+)\.pem$/.exec(name) ?? [];
    // A node's certificate comes with the authority of the mesh, which must not become an authority of documents.
    if (node !== undefined) {
      const key = named(name, () => createPublicKey(Buffer.from(bytes)));
      if (kind === "province") provinces.push(node);
      nodeKeys.set(node, key);
    } else if (name.startsWith("time-stamp")) stamps.set(name, bytes);
    else if (!texts.includes(name)) documents.set(name, bytes);
  }
  const nodes = { nodeKeys, ...provinceAmong(provinces, nodeKeys, publisher) };
  const [register, keys, statusBundle] = [TRUST_NAMES.register, TRUST_NAMES.nodeKeys, TRUST_NAMES.status].map((name) =>
    files.get(name),
  );
  const loaded = {
    ...authoritiesIn(directory, documents, untaken),
    ...nodes,
    ...(stamps.size > 0 && { timeStamps: authoritiesIn(directory, stamps, untaken) }),
    ...(keys !== undefined && { nodeKeyList: named(TRUST_NAMES.nodeKeys, () => readKeys(keys, nodes)) }),
    ...(register !== undefined && { authorised: named(TRUST_NAMES.register, () => readRegisterIn(register, nodes)) }),
    ...(statusBundle !== undefined && { statusBundle }),
  };
  for (const { name, reason } of untaken) warn(`${name}: ${reason}`);
  return loaded;
}

const readRegisterIn = (bytes: Uint8Array, nodes: KnownNodes) =>
  readIssuerRegister(Buffer.from(bytes).toString("utf8"), nodes);

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
  files: ReadonlyMap<string, Uint8Array>,
  untaken: Untaken[],
): Pick<TrustDirectory, "trust" | "intermediates" | "revocation"> {
  const authorities: Certificate[] = [];
  const lists: { name: string; list: RevocationList }[] = [];
  for (const [name, bytes] of files) {
    const found = named(name, () => readAuthorityFile(bytes));
    for (const certificate of found.certificates) {
      if (named(name, () => basicConstraintsOf(certificate).ca)) authorities.push(certificate);
      else untaken.push({ name, reason: `${nameOf(certificate)} ${NO_AUTHORITY}` });
    }
    lists.push(...found.lists.map((list) => ({ name, list })));
  }
  if (authorities.length === 0) throw new Refusal("INVALID_FIELD", `${directory}: ${NO_AUTHORITIES}`);
  for (const { name, list } of lists) requireIssuer(name, list, authorities);
  const roots = authorities.filter((one) => isRoot(one, authorities));
  return {
    trust: named(directory, () => createTrustAnchors(roots.map(({ der }) => toPem("CERTIFICATE", der)))),
    intermediates: authorities.filter((one) => !roots.includes(one)).map(({ der }) => der),
    ...(lists.length > 0 && {
      revocation: named(directory, () =>
        createRevocationSource(
          lists.map(({ list }) => list.der),
          authorities,
        ),
      ),
    }),
  };
}

const NO_AUTHORITY = "不是认证机构证书，不采用 · is the certificate of no authority, and is not taken";
const NO_AUTHORITIES =
  "没有认证机构的证书，无法验证签名；可用 ecert trust export 生成信任目录 · holds the certificate of no authority; ecert trust export makes such a folder";

/** A list says nothing without the certificate that it is verified by. */
function requireIssuer(name: string, { issuerDer }: RevocationList, authorities: readonly Certificate[]): void {
  if (authorities.some(({ subjectDer }) => Buffer.compare(subjectDer, issuerDer) === 0)) return;
  const { commonName, organization } = readName(readDer(issuerDer));
  const issuer = commonName ?? organization ?? "?";
  const text = `缺少签发该吊销列表的认证机构「${issuer}」的证书 · the certificate of ${issuer}, which signed this revocation list, is missing`;
  throw new Refusal("INVALID_FIELD", `${name}: ${text}; add it to the folder, or take the list away`);
}

function isRoot(certificate: Certificate, all: readonly Certificate[]): boolean {
  if (Buffer.compare(certificate.issuerDer, certificate.subjectDer) === 0) return true;
  return !all.some(({ subjectDer }) => Buffer.compare(subjectDer, certificate.issuerDer) === 0);
}

/** Names the file in whatever goes wrong with it. */
function named<T>(name: string, read: () => T): T {
  try {
    return read();
  } catch (cause) {
    const { message } = cause as Error;
    const both = message.includes(" · ") ? message : `无法读取 · cannot be read: ${message}`;
    throw new Refusal("INVALID_FIELD", `${name}: ${both}`, { cause });
  }
}
