import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { Refusal } from "../../services/domain/refusal.ts";

/** Names in a trust directory that are no authorities' files. */
export const TRUST_NAMES = {
  register: "issuers.json",
  nodeKeys: "node-keys.json",
  status: "status.ecsb",
  /** What `ecert trust export` wrote, for the next time. */
  export: "trust-export.json",
} as const;

/** Something that a verifier could expect to be taken, and that is not. */
export interface Untaken {
  name: string;
  /** Why, in both languages. */
  reason: string;
}

/** What lies in a trust directory. */
export interface TrustFiles {
  /** By name, in order of the alphabet. */
  files: ReadonlyMap<string, Uint8Array>;
  untaken: Untaken[];
}

const AUTHORITY = /\.(?:pem|crt|cer|der|crl|p7b|p7c)$/i;
const SECRET = /\.(?:p12|pfx|jks|key)$/i;

/**
 * Reads the files of a trust directory that are known by their names, and names all others with the reason; hidden ones are none of its
 * own. Throws `INVALID_FIELD` where it cannot be read.
 */
export function readTrustFiles(directory: string): TrustFiles {
  const files = new Map<string, Uint8Array>();
  const untaken: Untaken[] = [];
  const known: readonly string[] = Object.values(TRUST_NAMES);
  try {
    for (const name of readdirSync(directory).sort()) {
      if (name.startsWith(".") || name === TRUST_NAMES.export) continue;
      const path = join(directory, name);
      if (statSync(path).isDirectory()) untaken.push({ name, reason: FOLDER });
      else if (SECRET.test(name)) untaken.push({ name, reason: SECRET_REASON });
      else if (known.includes(name) || AUTHORITY.test(name)) files.set(name, readFileSync(path));
      else untaken.push({ name, reason: UNKNOWN });
    }
  } catch (cause) {
    throw new Refusal("INVALID_FIELD", `无法读取信任目录 · cannot read the trust directory ${directory}`, { cause });
  }
  return { files, untaken };
}

const FOLDER = "子目录不读取，请把文件放到信任目录本身 · folders are not looked into: put its files beside the others";
const SECRET_REASON =
  "可能含有私钥，不读取；请另行导出证书 · may hold a private key and is not read: export the certificate alone";
const UNKNOWN =
  "扩展名不是 .pem、.crt、.cer、.der、.crl、.p7b、.p7c 之一，不读取；请改名 · not read, by its name: rename it to one of these";
