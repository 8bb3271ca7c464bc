import type { Reason } from "../../services/domain/reason.ts";
import { Refusal } from "../../services/domain/refusal.ts";

/** Codes of the driver's own, outside the range of PKCS#11, for what no CKR code says. */
export const DRIVER_CODE = {
  keyMissing: -1,
  keyAmbiguous: -2,
  keyExists: -3,
  signatureForm: -4,
  noFreeSlot: -5,
  pinRefused: -6,
  moduleUnusable: -7,
  pinUnreadable: -8,
  keyVanished: -9,
  tokenExists: -10,
  mechanismMissing: -11,
} as const;

/** A PKCS#11 call failed. `code` is the CKR value, or one of {@link DRIVER_CODE}. */
export interface DriverFault {
  code: number;
  message: string;
}

/** What a session needs after a code: nothing, to be opened anew, or the whole module to be initialised anew. */
export type Repair = "none" | "session" | "module";

interface Meaning {
  reason: Reason;
  repair: Repair;
  /** Whether the same call may succeed later without anybody doing anything. */
  passes: boolean;
  remedy: string;
}

const fault = (repair: Repair, remedy: string): Meaning => ({ reason: "DEVICE_FAULT", repair, passes: true, remedy });
const away = (remedy: string): Meaning => ({ reason: "DEVICE_AWAY", repair: "module", passes: true, remedy });
const wrong = (remedy: string): Meaning => ({ reason: "DEVICE_FAULT", repair: "none", passes: false, remedy });
const taken = (remedy: string): Meaning => ({ reason: "ALREADY_EXISTS", repair: "none", passes: false, remedy });

const PLUG_IN = "plug the device in, see that its service runs and that `environment` names what its library needs";
const SESSION = "the session is opened anew by itself";
const KEY_USE = "see that the key allows signing and that the mechanism numbers in the configuration fit it";
const PIN = "put the right PIN into the PIN file; the agent tries each PIN once, so that it cannot lock the token";

/** The one place that knows what device codes mean. Codes not listed are faults that may pass. */
const MEANINGS: Readonly<Record<number, Meaning>> = {
  2: fault("none", "the host is short of memory"),
  3: away(PLUG_IN),
  // CKR_GENERAL_ERROR: what SoftHSM answers, among others, once its token has gone.
  5: fault("session", SESSION),
  48: fault("module", "see the log of the device"),
  49: fault("none", "the device is short of memory"),
  50: away(PLUG_IN),
  96: fault("session", SESSION),
  99: wrong(KEY_USE),
  104: wrong(KEY_USE),
  112: wrong(KEY_USE),
  130: fault("session", SESSION),
  144: fault("session", SESSION),
  145: fault("session", SESSION),
  160: wrong(PIN),
  161: wrong(PIN),
  162: wrong(PIN),
  163: wrong("the PIN has expired: set a new one with the vendor's tool"),
  164: wrong("the PIN is locked: the security officer has to set a new one"),
  176: fault("session", SESSION),
  177: fault("none", "the device has no session free: lower `sessions`, or close other programs"),
  179: fault("session", SESSION),
  224: away(PLUG_IN),
  225: away(PLUG_IN),
  257: fault("session", SESSION),
  400: fault("module", SESSION),
  [DRIVER_CODE.keyMissing]: wrong("name a key that `agent selftest` lists, or make it with `agent init`"),
  [DRIVER_CODE.keyVanished]: away(PLUG_IN),
  [DRIVER_CODE.keyAmbiguous]: wrong("give every private key in the token a label of its own"),
  [DRIVER_CODE.keyExists]: taken("choose another label"),
  [DRIVER_CODE.tokenExists]: taken("use it as it is, or choose another token label"),
  [DRIVER_CODE.signatureForm]: wrong(
    "see `signature` of the mechanism: raw or der; and whether its `sign` is a number for ECDSA or SM2",
  ),
  [DRIVER_CODE.mechanismMissing]: wrong("set `vendor`, or the numbers of the device in `mechanisms`"),
  [DRIVER_CODE.noFreeSlot]: wrong("free a slot of the device, or use the token that is there"),
  [DRIVER_CODE.pinRefused]: wrong(PIN),
  [DRIVER_CODE.moduleUnusable]: wrong("see that `module` names the vendor's PKCS#11 library and that it can be read"),
  [DRIVER_CODE.pinUnreadable]: wrong("see that the PIN file exists and that the agent's user can read it"),
};

const UNLISTED = fault("session", "see the log of the device");

/** CKR_CRYPTOKI_ALREADY_INITIALIZED and CKR_USER_ALREADY_LOGGED_IN say that somebody did the work before: harmless. */
export const HARMLESS = { alreadyInitialized: 0x191, alreadyLoggedIn: 0x100 } as const;

/** Codes after which the PIN must not be tried again as it stands. */
export function isPinRefusal(code: number): boolean {
  return code >= 160 && code <= 164;
}

/** What to do with the session, or the module, before the call is tried again. */
export function repairOf(code: number): Repair {
  return (MEANINGS[code] ?? UNLISTED).repair;
}

/** The refusal that the rest of the agent, the core and the caller see. */
export function refusalOfFault({ code, message }: DriverFault): Refusal {
  const { reason, passes, remedy } = MEANINGS[code] ?? UNLISTED;
  const name = code >= 0 ? `0x${code.toString(16)}` : "driver";
  return new Refusal(reason, `device: ${message} (${name}): ${remedy}`, {
    ...(passes && { retryAfterMs: reason === "DEVICE_AWAY" ? 5_000 : 1_000 }),
    metadata: { deviceCode: name },
  });
}
