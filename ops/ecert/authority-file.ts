import { Refusal } from "../../services/domain/refusal.ts";
import { type Certificate, parseCertificate } from "../../services/trust/certificate.ts";
import { type RevocationList, readRevocationList } from "../../services/trust/crl.ts";
import { childrenOf, type DerElement, expectTag, onlyChildOf, readDer, TAG } from "../../services/trust/der.ts";
import { readOid } from "../../services/trust/der-read.ts";
import { OID } from "../../services/trust/oid.ts";
import { fromPem } from "../../services/trust/pem.ts";

/** What authorities hand out in one file. */
export interface AuthorityFile {
  certificates: Certificate[];
  lists: RevocationList[];
}

/** Largest file that is read, in bytes: a revocation list in base64. */
const MAX_BYTES = 96 << 20;
const LABELS = ["CERTIFICATE", "X509 CERTIFICATE", "X509 CRL", "PKCS7", "CMS"];

/**
 * Reads certificates and revocation lists as authorities hand them out: PEM with any number of blocks, DER, or a bundle of PKCS#7
 * (`.p7b`, `.p7c`; also the one of GB/T 35275), itself in PEM or DER; told by the content, whatever the name. Throws
 * `INVALID_FIELD`, in both languages, for anything else: which form it has instead, and what to do.
 */
export function readAuthorityFile(bytes: Uint8Array): AuthorityFile {
  if (bytes.length > MAX_BYTES) throw refused("文件过大", `more than ${MAX_BYTES} bytes`);
  if (bytes.length === 0) throw refused("空文件", "the file is empty");
  if (bytes[0] === TAG.sequence) return readOne(bytes);
  const text = Buffer.from(bytes).toString("latin1");
  if (text.includes("PRIVATE KEY-----")) {
    throw refused("含有私钥，不得放入信任目录", "it holds a private key, which has no place here: take it away");
  }
  const blocks = LABELS.flatMap((label) => fromPem(label, text));
  if (blocks.length === 0) throw refused("其中没有 PEM 块，也不是 DER", `neither PEM nor DER; ${REMEDY}`);
  return joined(blocks.map(readOne));
}

const REMEDY = "convert it with: openssl x509 -in FILE -out FILE.pem";

function readOne(der: Uint8Array): AuthorityFile {
  const [first, second] = childrenOf(readDer(der, MAX_BYTES), TAG.sequence);
  if (first?.tag === TAG.oid) return readBundle(readOid(first), second);
  if (first?.tag === TAG.integer) {
    throw refused(
      "是 PKCS#12 或私钥，不得放入信任目录",
      "it is PKCS#12 or a private key: export the certificate alone",
    );
  }
  // To be signed, certificates of version 3 begin with [0], revocation lists with the number of their version.
  const [version] = childrenOf(expectTag(first, TAG.sequence));
  if (version?.tag === 0xa0) return { certificates: [parseCertificate(Uint8Array.from(der))], lists: [] };
  return { certificates: [], lists: [readRevocationList(der)] };
}

/** A SignedData that carries certificates and lists; what it may sign is left alone, since nothing is believed for standing in it. */
function readBundle(type: string, wrapper: DerElement | undefined): AuthorityFile {
  if (type !== OID.signedData && type !== OID.gmSignedData) {
    throw refused(`是类型 ${type} 的 PKCS#7，不含证书`, `PKCS#7 of the type ${type} carries no certificates`);
  }
  const members = childrenOf(onlyChildOf(expectTag(wrapper, 0xa0)), TAG.sequence);
  const inside = (tag: number) => members.filter((one) => one.tag === tag).flatMap((one) => childrenOf(one));
  const found = joined([...inside(0xa0), ...inside(0xa1)].map(({ raw }) => readOne(raw)));
  if (found.certificates.length + found.lists.length > 0) return found;
  throw refused("其中没有证书和吊销列表", "the bundle holds neither certificates nor revocation lists");
}

function joined(files: readonly AuthorityFile[]): AuthorityFile {
  return {
    certificates: files.flatMap(({ certificates }) => certificates),
    lists: files.flatMap(({ lists }) => lists),
  };
}

function refused(chinese: string, english: string): Refusal {
  return new Refusal("INVALID_FIELD", `${chinese} · ${english}`);
}
