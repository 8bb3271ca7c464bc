import { readFileSync } from "node:fs";
import { getCACertificates, setDefaultCACertificates } from "node:tls";
import { refuseArgument } from "../../services/domain/refusal.ts";
import type { NodeConfig } from "../../services/host/config.ts";
import { loadConfig } from "../../services/host/config-load.ts";
import { bundleBytes, fetchNodeKeys, fetchRegister } from "./bundle.ts";
import { EXIT } from "./exit-code.ts";
import { parseTrust, type TrustExport } from "./trust-arguments.ts";
import { loadTrustDirectory } from "./trust-directory.ts";
import { trustOf, writeFolder } from "./trust-export.ts";
import { TRUST_NAMES } from "./trust-files.ts";

/** `ecert trust export`: makes a trust folder of what a node judges by, reads it as `ecert verify` will, and tells what is in it. */
export async function trust(args: readonly string[]): Promise<number> {
  const options = parseTrust(args);
  const config = loadConfig(options.config);
  const files = trustOf(config);
  if (!options.offline) {
    const server = serverOf(options, config);
    const ca = readFileSync(options.ca ?? config.tls.caFile, "utf8");
    setDefaultCACertificates([...getCACertificates("default"), ca]);
    files.set(TRUST_NAMES.register, await fetchRegister(server));
    files.set(TRUST_NAMES.nodeKeys, await fetchNodeKeys(server));
    const status = await bundleBytes({ server, offline: false });
    if (status !== undefined) files.set(TRUST_NAMES.status, status);
  }
  writeFolder(options.to, files);
  const { province, authorised, nodeKeyList, statusBundle } = loadTrustDirectory(options.to);
  process.stdout.write(`信任目录 trust folder  ${options.to}\n`);
  for (const name of [...files.keys()].sort()) process.stdout.write(`    ${name}\n`);
  for (const [there, what] of [
    [province, "省节点公钥 province-CODE.pem: name the province among the peers of the configuration"],
    [authorised, `机构目录 ${TRUST_NAMES.register}: ecert issuers --server URL --out FILE`],
    [nodeKeyList, `节点密钥清单 ${TRUST_NAMES.nodeKeys}: ecert node-keys --server URL --out FILE`],
    [statusBundle, `状态包 ${TRUST_NAMES.status}: ecert status --server URL --out FILE`],
  ] as const) {
    if (there === undefined) process.stdout.write(`缺少 not in it  ${what}\n`);
  }
  return EXIT.valid;
}

/** Only the province hands out all three; it may ask itself. */
function serverOf({ server }: TrustExport, { node, services, listeners }: NodeConfig): string {
  if (server !== undefined) return server;
  const { address } = listeners.connect ?? {};
  if (node.role === "province" && services.includes("sync") && address !== undefined) {
    return `https://${address.replace(/^(?:0\.0\.0\.0|\[::\]):/, "localhost:")}`;
  }
  const remedy = "name the Connect address of the province's sync service, or say --offline";
  throw refuseArgument("INVALID_FIELD", "--server", "缺少省节点地址 · is missing", remedy);
}
