import { verify } from "node:crypto";
import { Refusal } from "../../services/domain/refusal.ts";
import { type NodeKeyList, readNodeKeyList } from "../../services/statement/node-key-list.ts";
import type { KnownNodes } from "./issuer-register.ts";

/** Reads a list against the province's key in a trust directory. Throws `INVALID_FIELD`, `SIGNATURE_INVALID`, `TOO_LARGE`. */
export function readKeys(bytes: Uint8Array, { nodeKeys, province }: KnownNodes): NodeKeyList {
  const key = province === undefined ? undefined : nodeKeys.get(province);
  if (province === undefined || key === undefined) {
    const text =
      "未指定省节点，无法核对节点密钥清单 · no province is named, whose key the list of nodes' keys is signed with";
    throw new Refusal("INVALID_FIELD", `${text}; add its key as province-CODE.pem or say --publisher CODE`);
  }
  return readNodeKeyList(bytes, province, (signed, signature) => verify(null, signed, key, signature));
}
