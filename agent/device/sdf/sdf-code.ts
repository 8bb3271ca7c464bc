import { Refusal } from "../../../services/domain/refusal.ts";
import type { DriverFault } from "../ckr.ts";
import { LIBRARY_UNUSABLE } from "./sdf-protocol.ts";

type Meaning = { reason: "DEVICE_AWAY" | "DEVICE_FAULT"; passes: boolean; remedy: string };

const away: Meaning = {
  reason: "DEVICE_AWAY",
  passes: true,
  remedy: "see that the device and its service run, and that `environment` names what its library needs",
};
const wrong = (remedy: string): Meaning => ({ reason: "DEVICE_FAULT", passes: false, remedy });

const KEY = "see `index` of the key in the configuration, and with the vendor's tool whether it is an SM2 signing key";

/** Codes of GM/T 0018 (SDR_…) that say more than "it failed"; others are faults that may pass. */
const MEANINGS: Readonly<Record<number, Meaning>> = {
  [LIBRARY_UNUSABLE]: wrong("see that `library` names the vendor's SDF library and that it can be read"),
  16777218: wrong("the device does not have what is asked for"),
  16777219: away,
  16777220: away,
  16777221: away,
  16777222: away,
  16777223: wrong("put the password of the key into its password file; each is tried once, so that nothing is locked"),
  16777224: wrong(KEY),
  16777225: wrong(KEY),
  16777236: wrong(KEY),
};

const UNLISTED: Meaning = { reason: "DEVICE_FAULT", passes: true, remedy: "see the log of the device" };

/** The refusal that the rest of the agent, the core and the caller see. */
export function refusalOfSdf({ code, message }: DriverFault): Refusal {
  const { reason, passes, remedy } = MEANINGS[code] ?? UNLISTED;
  const name = code > 0 ? `0x${code.toString(16).padStart(8, "0")}` : "driver";
  return new Refusal(reason, `device: ${message} (${name}): ${remedy}`, {
    ...(passes && { retryAfterMs: reason === "DEVICE_AWAY" ? 5_000 : 1_000 }),
    metadata: { deviceCode: name },
  });
}
