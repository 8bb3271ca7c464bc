import { existsSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { refuseArgument } from "../../services/domain/refusal.ts";
import type { NodeConfig } from "../../services/host/config.ts";
import { parseConfig } from "../../services/host/config-load.ts";
import { readJsonFile } from "../../services/host/json-file.ts";
import { writeAtomically } from "../authority/disk.ts";
import { fingerprintOf, type NodeCard } from "./card.ts";

/** What became of a card. */
export type Added = "added" | "changed" | "there";

/**
 * Puts another node among the peers of a configuration, and its public key into `peers/CODE.pem` beside it. The same card again changes
 * nothing; one with other addresses and the same key brings them up to date. Throws `INVALID_FIELD` where the two cannot be linked,
 * `ALREADY_EXISTS` where the node is known by another key; then, and where a file cannot be written, nothing is changed.
 */
export function addPeer(configFile: string, card: NodeCard): Added {
  const raw = readJsonFile(configFile) as NodeConfig;
  const { node, peers } = parseConfig(raw);
  requireLinkable(node, card);
  const keyFile = join("peers", `${card.node}.pem`);
  const folder = dirname(resolve(configFile));
  const known = peers.find((peer) => peer.node === card.node);
  const knownFile = resolve(folder, known?.publicKeyFile ?? keyFile);
  const fresh = !existsSync(knownFile);
  if (!fresh && fingerprintOf({ publicKeyPem: readFileSync(knownFile, "utf8") }) !== fingerprintOf(card)) {
    const description = `节点 ${card.node} 已以另一公钥登记 · is known by another key (${knownFile})`;
    const remedy = "ask that node by telephone; where it has changed its key, take file and peer away first";
    throw refuseArgument("ALREADY_EXISTS", "--card", description, remedy);
  }
  const { name, role, services } = card;
  const peer = { node: card.node, name, role, publicKeyFile: known?.publicKeyFile ?? keyFile, services };
  const others = (raw.peers ?? []).filter((other) => other.node !== card.node);
  const after = { ...raw, peers: [...others, peer] };
  parseConfig(after);
  if (!fresh && known !== undefined && JSON.stringify(known) === JSON.stringify(peer)) return "there";
  try {
    if (fresh) {
      mkdirSync(dirname(knownFile), { recursive: true, mode: 0o700 });
      writeAtomically(knownFile, card.publicKeyPem);
    }
    writeAtomically(configFile, `${JSON.stringify(after, null, 2)}\n`);
  } catch (error) {
    if (fresh) rmSync(knownFile, { force: true });
    throw error;
  }
  return known === undefined ? "added" : "changed";
}

/** Every link of nodes has the province at one end (5.7.1). */
function requireLinkable(own: NodeConfig["node"], card: NodeCard): void {
  if (card.node === own.code) {
    throw refuseArgument("INVALID_FIELD", "--card", "是本节点自己 · is of this node itself", "take the other node's");
  }
  if ((own.role === "province") === (card.role === "province")) {
    const description = `两端须有且仅有一个省节点 · of two linked nodes one is the province: ${own.role}, ${card.role}`;
    throw refuseArgument("INVALID_FIELD", "--card", description, "exchange cards with the province");
  }
}
