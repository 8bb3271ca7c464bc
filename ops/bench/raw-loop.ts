/**
 * The measure that the agent's path is held against: signs one digest after the other with pkcs11js in a plain synchronous
 * loop, nothing else in the process. `node raw-loop.ts MODULE TOKEN-LABEL PIN KEY-LABEL SECONDS`, prints signatures per second.
 */
import { createHash, randomBytes } from "node:crypto";
import pkcs11js from "pkcs11js";
import { sha256DigestInfo } from "../../agent/device/key-form.ts";

const [modulePath = "", tokenLabel = "", pin = "", keyLabel = "", seconds = "1"] = process.argv.slice(2);
const library = new pkcs11js.PKCS11();
library.load(modulePath);
library.C_Initialize();
const slot = library.C_GetSlotList(true).find((one) => library.C_GetTokenInfo(one).label.trim() === tokenLabel);
if (!slot) throw new Error(`no token ${tokenLabel}`);
const session = library.C_OpenSession(slot, pkcs11js.CKF_SERIAL_SESSION | pkcs11js.CKF_RW_SESSION);
library.C_Login(session, pkcs11js.CKU_USER, pin);
library.C_FindObjectsInit(session, [
  { type: pkcs11js.CKA_CLASS, value: pkcs11js.CKO_PRIVATE_KEY },
  { type: pkcs11js.CKA_LABEL, value: keyLabel },
]);
const [key] = library.C_FindObjects(session, 1);
library.C_FindObjectsFinal(session);
if (!key) throw new Error(`no key ${keyLabel}`);
const type = library.C_GetAttributeValue(session, key, [{ type: pkcs11js.CKA_KEY_TYPE }])[0]?.value as Buffer;
const isRsa = type.readUInt32LE(0) === pkcs11js.CKK_RSA;
const mechanism = { mechanism: isRsa ? pkcs11js.CKM_RSA_PKCS : pkcs11js.CKM_ECDSA };
const digest = createHash("sha256").update(randomBytes(32)).digest();
const input = isRsa ? sha256DigestInfo(digest) : digest;
const signature = Buffer.alloc(512);

function loop(milliseconds: number): number {
  const start = performance.now();
  let signed = 0;
  while (performance.now() - start < milliseconds) {
    library.C_SignInit(session, mechanism, key as pkcs11js.Handle);
    library.C_Sign(session, input, signature);
    signed++;
  }
  return (signed * 1_000) / (performance.now() - start);
}

loop(300);
process.stdout.write(`${loop(Number(seconds) * 1_000)}\n`);
library.C_Finalize();
