import pkcs11js from "pkcs11js";
import { readPin } from "./pin-file.ts";
import type { Token } from "./token.ts";
import { TokenFault } from "./token-fault.ts";

const MIN_PIN_LENGTH = 6;

/**
 * Initialises a fresh token in the first slot that holds an uninitialised one, and sets its user PIN. A token that is
 * initialised already is never touched: that would destroy its keys.
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
  if (token.hasToken()) throw new TokenFault("tokenExists", `a token ${options.tokenLabel} is there already`);
  const isFree = (slot: pkcs11js.Handle) => (library.C_GetTokenInfo(slot).flags & pkcs11js.CKF_TOKEN_INITIALIZED) === 0;
  const slot = library.C_GetSlotList(true).find(isFree);
  if (!slot) throw new TokenFault("noFreeSlot", "every slot holds an initialised token");
  library.C_InitToken(slot, soPin, padded(options.tokenLabel));
  // Slots may be numbered anew once a token is initialised (SoftHSM does so).
  token.finalize();
  token.initialize();
  const flags = pkcs11js.CKF_SERIAL_SESSION | pkcs11js.CKF_RW_SESSION;
  const session = library.C_OpenSession(token.findSlot(), flags);
  library.C_Login(session, pkcs11js.CKU_SO, soPin);
  library.C_InitPIN(session, pin);
  token.finalize();
}

/** PKCS#11 wants 32 bytes filled with blanks; pkcs11js would fill with NULs. */
function padded(label: string): string {
  return label + " ".repeat(Math.max(0, 32 - Buffer.byteLength(label)));
}
