import { type AskedBundle, statusFromBundle } from "./bundle-status.ts";
import { type JudgeOptions, judgeText, type QrReport } from "./judge-text.ts";
import { type NodeKeyList, readNodeKeyList } from "./node-key-list.ts";
import { openStatusBundle } from "./status-bundle.ts";
import { verifiesByCurves } from "./verifies-by-curves.ts";

/** The province whose word counts for all nodes. */
export interface Province {
  /** Its node: a division code. */
  readonly node: string;
  /** Raw Ed25519 public key of that node, Base64url. */
  readonly key: string;
}

/** What a browser keeps, to judge the texts of QR codes without a network. */
export interface Kept {
  /** The province's list of nodes' keys, as it signed it. */
  readonly nodeKeys: Uint8Array;
  /** The province's status bundle, as it signed it. Without one no text is more than `undetermined`. */
  readonly bundle?: Uint8Array;
}

/** Reads a kept list of nodes' keys. Throws as `readNodeKeyList` does. */
export function keptNodeKeys(bytes: Uint8Array, { node, key }: Province): NodeKeyList {
  return readNodeKeyList(bytes, node, (signed, signature) => verifiesByCurves(key, signed, signature));
}

/** Opens a kept bundle; the province's own counts, and no other node's. Throws as `openStatusBundle` does. */
export function keptBundle(bytes: Uint8Array, { node, key }: Province): AskedBundle {
  const { head, salt, listed } = openStatusBundle(bytes, (publisher, signed, signature) =>
    publisher === node ? verifiesByCurves(key, signed, signature) : undefined,
  );
  return { head, stateOf: async (identifier) => listed(await numberOf(salt, identifier)) };
}

/**
 * Judges the text of a QR code by what is kept, and nothing else: as `ecert verify-qr --offline` does by a trust folder. Throws where what is kept is
 * not the province's, never on what the text holds.
 */
export async function judgeKept(
  text: string,
  { nodeKeys, bundle }: Kept,
  province: Province,
  options: Pick<JudgeOptions, "at" | "sandbox">,
): Promise<QrReport> {
  const keys = { list: keptNodeKeys(nodeKeys, province), single: new Map<string, string>() };
  const status = bundle && statusFromBundle(keptBundle(bundle, province), province.node);
  return judgeText(text, { ...options, keys, verifies: verifiesByCurves, ...(status && { status }) });
}

/** The number that stands for an identifier in a bundle: browsers hash in a thread of their own. */
async function numberOf(salt: Uint8Array, identifier: string): Promise<bigint> {
  const hashed = new Uint8Array([...salt, ...new TextEncoder().encode(identifier)]);
  return new DataView(await crypto.subtle.digest("SHA-256", hashed)).getBigUint64(0);
}
