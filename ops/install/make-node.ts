import { generateKeyPairSync } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { isIPv4 } from "node:net";
import { dirname, join } from "node:path";
import { refuseArgument } from "../../services/domain/refusal.ts";
import { parseConfig } from "../../services/host/config-load.ts";
import { newKey } from "../authority/issuers.ts";
import { makeTlsRequest } from "../authority/tls-request.ts";
import { NODE_FILES, type NodeFacts, starterConfig, tlsFilesOf, tlsOf, urisOf } from "./starter.ts";

/**
 * Makes a node's folder: its key for events, its key for tokens, a key with a request for each TLS certificate, and a first
 * configuration; secrets with mode 0600. All of it is there at the end, or nothing. Throws `ALREADY_EXISTS` where the folder holds
 * anything: keys are never overwritten.
 */
export async function makeNode(directory: string, facts: NodeFacts): Promise<void> {
  requireEmpty(directory);
  const config = starterConfig(facts);
  parseConfig(config);
  const draft = `${directory}.${process.pid}.new`;
  const write = (name: string, content: string, mode: number) => {
    mkdirSync(dirname(join(draft, name)), { recursive: true, mode: 0o700 });
    writeFileSync(join(draft, name), content, { mode, flag: "wx" });
  };
  try {
    mkdirSync(draft, { recursive: true, mode: 0o700 });
    for (const [secret, open] of [
      [NODE_FILES.nodeKey, NODE_FILES.nodePublicKey],
      [NODE_FILES.tokenKey, NODE_FILES.tokenPublicKey],
    ] as const) {
      const { privateKey, publicKey } = generateKeyPairSync("ed25519");
      write(secret, privateKey.export({ type: "pkcs8", format: "pem" }).toString(), 0o600);
      write(open, publicKey.export({ type: "spki", format: "pem" }).toString(), 0o644);
    }
    const [dns, ip] = [facts.hosts.filter((host) => !isIPv4(host)), facts.hosts.filter((host) => isIPv4(host))];
    const uris = urisOf(facts);
    for (const name of tlsOf(facts.code)) {
      const { key, request } = tlsFilesOf(name);
      const { keyPem } = newKey("p256");
      write(key, keyPem, 0o600);
      write(request, await makeTlsRequest(facts.code, { uris: uris[name], dns, ip }, keyPem), 0o644);
    }
    const folders = ["signers", "peers", ...(facts.listeners.signIn === undefined ? [] : ["staff"])];
    for (const folder of folders) mkdirSync(join(draft, folder), { mode: 0o700 });
    write(NODE_FILES.config, `${JSON.stringify(config, null, 2)}\n`, 0o600);
    renameSync(draft, directory);
  } catch (error) {
    rmSync(draft, { recursive: true, force: true });
    throw error;
  }
}

function requireEmpty(directory: string): void {
  if (!existsSync(directory) || readdirSync(directory).length === 0) return;
  const description = `${directory} 不是空目录 · is not empty`;
  throw refuseArgument("ALREADY_EXISTS", "--directory", description, "name a new folder: keys are never overwritten");
}
