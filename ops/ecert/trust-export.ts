import { createPublicKey } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { AuthorityFiles } from "../../services/domain/authority-files.ts";
import { refuseArgument } from "../../services/domain/refusal.ts";
import type { NodeConfig } from "../../services/host/config.ts";
import { toPem } from "../../services/trust/pem.ts";
import { readInput } from "./arguments.ts";
import { readAuthorityFile } from "./authority-file.ts";
import { TRUST_NAMES } from "./trust-files.ts";

/** Files of a trust folder, by name. */
export type FolderFiles = Map<string, string | Uint8Array>;

/**
 * What a verifier needs of a node's configuration: its authorities with their lists, those of time stamps, and the public key of the
 * province. Of the files that are named, certificates, lists and public keys alone are taken, so that no secret gets into the folder.
 * Throws `INVALID_FIELD`, naming the member of the configuration.
 */
export function trustOf({ signers, node, nodeKey, peers }: NodeConfig): FolderFiles {
  if (!signers) {
    const remedy = "take the configuration of the process that mounts issue or usage";
    throw refuseArgument("INVALID_FIELD", "/signers", "缺少，无法得知信任哪些认证机构 · is missing", remedy);
  }
  const files: FolderFiles = new Map();
  addAuthorities(files, "", signers);
  if (signers.timeStamps) addAuthorities(files, "time-stamp-", signers.timeStamps);
  const keys = [{ role: node.role, node: node.code, file: nodeKey.publicKeyFile }];
  for (const peer of peers) keys.push({ role: peer.role, node: peer.node, file: peer.publicKeyFile });
  for (const { role, node: code, file } of keys) {
    const key = createPublicKey(readFileSync(file, "utf8")).export({ type: "spki", format: "pem" });
    files.set(`${role === "province" ? "province" : "node"}-${code}.pem`, key as string);
  }
  return files;
}

function addAuthorities(files: FolderFiles, prefix: string, named: AuthorityFiles): void {
  const all = (paths: readonly string[] = []) => paths.map((path) => readAuthorityFile(readInput(path)));
  const certificates = [
    ["authority", all(named.anchorFiles)],
    ["intermediate", all(named.intermediateFiles)],
  ] as const;
  for (const [what, read] of certificates) {
    for (const [index, { certificates: found }] of read.entries()) {
      const text = found.map(({ der }) => toPem("CERTIFICATE", der)).join("");
      if (text !== "") files.set(`${prefix}${what}-${index + 1}.pem`, text);
    }
  }
  for (const [index, { lists }] of all(named.revocationListFiles).entries()) {
    const text = lists.map(({ der }) => toPem("X509 CRL", der)).join("");
    if (text !== "") files.set(`${prefix}list-${index + 1}.crl`, text);
  }
}

/**
 * Writes a trust folder: a new one, or over one that was exported before, whose files that are no more are removed, so that an authority
 * that the node no longer trusts does not stay trusted. Throws `INVALID_FIELD` where the folder holds anything else.
 */
export function writeFolder(folder: string, files: FolderFiles): void {
  const manifest = join(folder, TRUST_NAMES.export);
  const before: string[] = existsSync(manifest) ? JSON.parse(readFileSync(manifest, "utf8")).files : [];
  const found = existsSync(folder) ? readdirSync(folder) : [];
  const foreign = found.find((name) => name !== TRUST_NAMES.export && !before.includes(name));
  if (foreign !== undefined) {
    const text = `目录 ${folder} 中有并非导出的文件 ${foreign} · ${folder} holds ${foreign}, which was not exported`;
    throw refuseArgument(
      "INVALID_FIELD",
      "--to",
      text,
      "name a new folder, or take that file away: all that lies there is trusted",
    );
  }
  mkdirSync(folder, { recursive: true });
  for (const name of found) if (name !== TRUST_NAMES.export && !files.has(name)) rmSync(join(folder, name));
  writeFileSync(manifest, `${JSON.stringify({ files: [...files.keys()].sort() }, null, 2)}\n`);
  for (const [name, content] of files) writeFileSync(join(folder, name), content);
}
