import pkcs11js from "pkcs11js";
import type { TokenLook } from "./driver-protocol.ts";
import { type Token, unpadded } from "./token.ts";

/** Looks at a device from outside: nobody logs in, and nothing changes. The module is initialised anew, so that nothing old is told. */
export function lookAtToken(token: Token): TokenLook {
  const { library, options } = token;
  token.finalize();
  token.initialize();
  const slots = library.C_GetSlotList(true);
  const initialised = slots.filter((slot) => isInitialised(library, slot));
  const labelled = initialised.map((slot) => ({ slot, label: unpadded(library.C_GetTokenInfo(slot).label) }));
  const own = labelled.find(({ label }) => label === options.tokenLabel)?.slot;
  const slot = own ?? freeSlot(library);
  const makers = [library.C_GetInfo().manufacturerID, ...slots.map((one) => library.C_GetSlotInfo(one).manufacturerID)];
  return {
    maker: [...new Set(makers.map(unpadded))].join(", "),
    token: own && { serial: unpadded(library.C_GetTokenInfo(own).serialNumber), pinSet: hasUserPin(library, own) },
    others: labelled.flatMap(({ slot, label }) => (slot === own ? [] : [label])),
    free: freeSlot(library) !== undefined,
    mechanisms: slot ? library.C_GetMechanismList(slot) : [],
  };
}

/** The first slot whose token was never initialised. */
export function freeSlot(library: pkcs11js.PKCS11): pkcs11js.Handle | undefined {
  return library.C_GetSlotList(true).find((slot) => !isInitialised(library, slot));
}

/** Whether a token's user PIN was ever set. */
export function hasUserPin(library: pkcs11js.PKCS11, slot: pkcs11js.Handle): boolean {
  return (library.C_GetTokenInfo(slot).flags & pkcs11js.CKF_USER_PIN_INITIALIZED) !== 0;
}

function isInitialised(library: pkcs11js.PKCS11, slot: pkcs11js.Handle): boolean {
  return (library.C_GetTokenInfo(slot).flags & pkcs11js.CKF_TOKEN_INITIALIZED) !== 0;
}
