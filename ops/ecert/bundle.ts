import { Refusal } from "../../services/domain/refusal.ts";
import { statusFromBundle } from "../../services/statement/bundle-status.ts";
import type { StatusBundle } from "../../services/statement/status-bundle.ts";
import type { StatusSource } from "../../services/statement/status-source.ts";
import { readStatusBundle } from "../../services/trust/status-bundle.ts";
import { type CommandOptions, readInput } from "./arguments.ts";
import { provinceRemedy } from "./issuer-register.ts";
import type { TrustDirectory } from "./trust-directory.ts";

const BUNDLE = "/ecert.sync.v1.StatusService/GetStatusBundle";
const REGISTER = "/ecert.sync.v1.StatusService/GetIssuerRegister";
const NODE_KEYS = "/ecert.sync.v1.StatusService/GetNodeKeys";
const TIMEOUT_MS = 30_000;

/**
 * States out of the bundle that the options name: a file, or what a server hands out now, else the trust directory's; `undefined`
 * where there is none. Says so where the bundle is not the province's, and therefore tells little.
 */
export async function openStates(
  options: CommandOptions,
  directory: TrustDirectory,
): Promise<StatusSource | undefined> {
  const bytes = (await bundleBytes(options)) ?? directory.statusBundle;
  if (bytes === undefined) return undefined;
  const bundle = readStatusBundle(bytes, directory.nodeKeys);
  const warning = publisherWarning(bundle, directory);
  if (warning !== undefined) process.stderr.write(`ecert: ${warning}\n`);
  return statusFromBundle(bundle, directory.province);
}

/** What is to be said of a bundle that is not the province's; `undefined` of the province's own. */
export function publisherWarning({ head }: StatusBundle, { province }: TrustDirectory): string | undefined {
  if (head.publisher === province) return undefined;
  const chinese = `状态包由节点 ${head.publisher} 发布，未指定其为省节点，仅对该节点颁发的证照有效`;
  return `${chinese} · the bundle of ${head.publisher} tells of its own certificates only; ${provinceRemedy(head.publisher)}`;
}

/** Bytes of the bundle that the options name. Not verified yet. */
export async function bundleBytes({
  status,
  server,
  offline,
}: Pick<CommandOptions, "status" | "server" | "offline">): Promise<Uint8Array | undefined> {
  if (status !== undefined) return readInput(status);
  return server === undefined || offline ? undefined : fetchBundle(server);
}

/** Bytes of the current status bundle of a server. Not verified yet. */
async function fetchBundle(server: string): Promise<Uint8Array> {
  const { bundle } = (await ask(server, BUNDLE)) as { bundle?: string };
  return Buffer.from(bundle ?? "", "base64");
}

/** Bytes of the current register of issuers of a server. Not verified yet. */
export async function fetchRegister(server: string): Promise<Uint8Array> {
  const { register } = (await ask(server, REGISTER)) as { register?: string };
  return Buffer.from(register ?? "", "base64");
}

/** Bytes of the current list of nodes' keys of a server. Not verified yet. */
export async function fetchNodeKeys(server: string): Promise<Uint8Array> {
  const { keys } = (await ask(server, NODE_KEYS)) as { keys?: string };
  return Buffer.from(keys ?? "", "base64");
}

/** Asks by the Connect protocol, with JSON. */
async function ask(server: string, path: string): Promise<object> {
  try {
    const answer = await fetch(new URL(path, server), {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: "{}",
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    if (!answer.ok) throw new Error(`HTTP ${answer.status}`);
    return (await answer.json()) as object;
  } catch (cause) {
    const text = `无法从 ${server} 取得 · cannot fetch from ${server}: ${(cause as Error).message}`;
    throw new Refusal("PEER_AWAY", text, { cause });
  }
}
