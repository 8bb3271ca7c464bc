import { type KeyObject, verify } from "node:crypto";
import { type JudgeOptions, judgeText, type QrReport } from "../../statement/judge-text.ts";
import type { NodeKeyList } from "../../statement/node-key-list.ts";
import { listedKey } from "../node-key-list.ts";

/** What the text of a QR code is verified against, in Node. */
export interface QrOptions extends Omit<JudgeOptions, "keys" | "verifies"> {
  keys: { list?: NodeKeyList; single: ReadonlyMap<string, KeyObject> };
}

/** Verifies the signed text of a face's QR code, as `judgeText` does in browsers, with the signatures of Node. Never throws on what the text holds. */
export async function verifyQr(text: string, { keys, ...options }: QrOptions): Promise<QrReport> {
  const { list, single } = keys;
  const raw = new Map([...single].map(([node, key]) => [node, key.export({ format: "jwk" }).x as string]));
  return judgeText(text, { ...options, verifies: verifiesInNode, keys: { single: raw, ...(list && { list }) } });
}

/** Whether an Ed25519 signature holds, under a raw public key in Base64url. */
export function verifiesInNode(key: string, signed: Uint8Array, signature: Uint8Array): boolean {
  return signature.length === 64 && verify(null, signed, listedKey({ key }), signature);
}
