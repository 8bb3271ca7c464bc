import pkcs11js from "pkcs11js";
import type { Session, Token } from "./token.ts";

/** Handles of the objects that fit a template. */
export function findObjects(token: Token, session: Session, template: pkcs11js.Template): pkcs11js.Handle[] {
  token.library.C_FindObjectsInit(session.handle, template);
  try {
    const found: pkcs11js.Handle[] = [];
    for (;;) {
      const some = token.library.C_FindObjects(session.handle, 64);
      if (some.length === 0) return found;
      found.push(...some);
    }
  } finally {
    token.library.C_FindObjectsFinal(session.handle);
  }
}

/** Value of one attribute; empty where the object has none. */
export function attributeOf(token: Token, session: Session, handle: pkcs11js.Handle, type: number): Buffer {
  return token.library.C_GetAttributeValue(session.handle, handle, [{ type }])[0]?.value ?? Buffer.alloc(0);
}

/** CKA_KEY_TYPE of an object. */
export function keyTypeOf(token: Token, session: Session, handle: pkcs11js.Handle): number {
  // CK_ULONG in the byte order of the host, 4 or 8 bytes.
  return attributeOf(token, session, handle, pkcs11js.CKA_KEY_TYPE).readUInt32LE(0);
}
