import type { Hello } from "../../../proto/gen/ecert/agent/v1/agent_service_pb.ts";
import { loadOriginKeys, type OriginRules } from "../../trust/origin.ts";

/** Keys that are taken from one hello (contract of `OriginRules`). */
const MAX_KEYS = 1_000;

/**
 * Which origin signatures an agent takes, as its hello tells. `undefined` where it is of a version that does not tell, tells of kinds of keys
 * that are not known here, or of too many: then it is left to the agent.
 */
export function toldRules({ originRules }: Hello): OriginRules | undefined {
  if (!originRules || originRules.keys.length > MAX_KEYS) return undefined;
  const { keys, maxAgeSeconds, maxSkewSeconds } = originRules;
  const given = keys.map(({ keyId, publicKeyPem, apps }) => ({
    id: keyId,
    publicKeyPem,
    ...(apps.length > 0 && { apps }),
  }));
  try {
    return {
      keys: loadOriginKeys(given),
      maxAgeSeconds: Number(maxAgeSeconds),
      maxSkewSeconds: Number(maxSkewSeconds),
    };
  } catch {
    return undefined;
  }
}
