import pkcs11js from "pkcs11js";
import { MIN_PIN_LENGTH, readPin } from "./pin-file.ts";
import type { Token } from "./token.ts";
import { faultOf, TokenFault } from "./token-fault.ts";
import { freeSlot, hasUserPin } from "./token-look.ts";

const CKR_USER_PIN_NOT_INITIALIZED = 0x102;

/**
 * Initialises a fresh token in the first slot that holds an uninitialised one, and sets its user PIN. A token that is
 * initialised already is never initialised again: that would destroy its keys. Where it never had a user PIN, because a run was broken off, it
 * gets one, if the security officer's PIN is right.
 */
export function initializeToken(token: Token, soPinFile: string): void {
  const { library, options } = token;
  const soPin = readPin(soPinFile);
  const pin = readPin(options.pinFile);
  if (pin.length < MIN_PIN_LENGTH || soPin.length < MIN_PIN_LENGTH) {
    throw new TokenFault("pinRefused", `a PIN needs at least ${MIN_PIN_LENGTH} characters`);
  }
  token.finalize();
  token.initialize();
  const exists = () => new TokenFault("tokenExists", `a token ${options.tokenLabel} is there already`);
  const begun = token.hasToken();
  if (!begun) {
    const slot = freeSlot(library);
    if (!slot) throw new TokenFault("noFreeSlot", "every slot holds an initialised token");
    library.C_InitToken(slot, soPin, padded(options.tokenLabel));
    // Slots may be numbered anew once a token is initialised (SoftHSM does so).
    token.finalize();
    token.initialize();
  } else if (hasUserPin(library, token.findSlot())) {
    throw exists();
  }
  const flags = pkcs11js.CKF_SERIAL_SESSION | pkcs11js.CKF_RW_SESSION;
  const session = library.C_OpenSession(token.findSlot(), flags);
  if (begun && userPinWorks(library, session, pin)) throw exists();
  library.C_Login(session, pkcs11js.CKU_SO, soPin);
  library.C_InitPIN(session, pin);
  token.finalize();
}

/** Not every device tells that a user PIN was set; a login does. Throws what else it says. */
function userPinWorks(library: pkcs11js.PKCS11, session: pkcs11js.Handle, pin: string): boolean {
  try {
    library.C_Login(session, pkcs11js.CKU_USER, pin);
    return true;
  } catch (error) {
    if (faultOf(error).code === CKR_USER_PIN_NOT_INITIALIZED) return false;
    throw error;
  }
}

/** PKCS#11 wants 32 bytes filled with blanks; pkcs11js would fill with NULs. */
function padded(label: string): string {
  return label + " ".repeat(Math.max(0, 32 - Buffer.byteLength(label)));
}
