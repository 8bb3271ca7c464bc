import { type KeyObject, verify } from "node:crypto";
import { promisify } from "node:util";
import { instantOf } from "../services/domain/instant.ts";
import { Refusal } from "../services/domain/refusal.ts";
import { keysAt, type NodeKeyList, readNodeKeyList } from "../services/statement/node-key-list.ts";
import { nodeSignedBytes } from "../services/statement/node-signed.ts";
import { listedKey } from "../services/trust/node-key-list.ts";
import type { Province } from "./province.ts";

/** The last list of nodes' keys, which outlives the process. */
export interface KeptList {
  get(): Uint8Array | undefined;
  set(list: Uint8Array): void;
}

/** Judges the signature under the text of a QR code. */
export interface NodeKeys {
  /** Takes the list of nodes' keys that a core sent, if the province signed it and it is newer than the one that is held. */
  hold(list: Uint8Array): void;
  /**
   * Whether a key of the node that is in use now, and not lost, has signed a text. Rejects with `DOCUMENT_MISSING` (`node-keys`) where no
   * list has come and the configuration names no key.
   */
  signedByNode(node: string, text: string, signature: string, now: Date): Promise<boolean>;
}

/** Stands for the list among the digests of missing documents. */
export const NODE_KEYS = "node-keys";

/** In a thread of its own: the loop has other jobs. */
const verifyAside = promisify(verify);

/** Opens the keys with the list that was kept. `own` is the node's key of the configuration: it counts as long as there is no list. */
export function openNodeKeys(province: Province, kept: KeptList, own: KeyObject | undefined): NodeKeys {
  let list = read(kept.get());
  const loaded = new Map<string, KeyObject>();

  function read(bytes: Uint8Array | undefined): NodeKeyList | undefined {
    if (bytes === undefined || bytes.length === 0) return undefined;
    try {
      return readNodeKeyList(bytes, province.node, province.verifies);
    } catch (error) {
      if (error instanceof Refusal) return undefined;
      throw error;
    }
  }

  function keysOf(node: string, now: Date): KeyObject[] {
    if (list === undefined) {
      if (own) return [own];
      const text = "metadata.qr: no list of nodes' keys is held, and the configuration names no nodeKeyFile";
      throw new Refusal("DOCUMENT_MISSING", text, { metadata: { missing: NODE_KEYS, member: "metadata.qr" } });
    }
    return keysAt(list, node, now).flatMap((listed) => {
      if (listed.compromised) return [];
      const key = loaded.get(listed.key) ?? listedKey(listed);
      loaded.set(listed.key, key);
      return [key];
    });
  }

  return {
    hold(bytes) {
      const next = read(bytes);
      if (!next || (list && instantOf(next.builtAt) <= instantOf(list.builtAt))) return;
      list = next;
      loaded.clear();
      kept.set(bytes);
    },
    async signedByNode(node, text, signature, now) {
      const signed = nodeSignedBytes("ecert.qr.v1", new TextEncoder().encode(text));
      const value = Buffer.from(signature, "base64url");
      for (const key of keysOf(node, now)) if (await verifyAside(null, signed, key, value)) return true;
      return false;
    },
  };
}
