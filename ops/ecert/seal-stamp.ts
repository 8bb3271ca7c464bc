import { refuseField } from "../../services/domain/refusal.ts";
import { createTrustAnchors } from "../../services/trust/anchors.ts";
import { readSeal } from "../../services/trust/seal/read-seal.ts";
import { attachSealTimeStamp } from "../../services/trust/time-stamp/attach.ts";
import { createTimeStampClient } from "../../services/trust/time-stamp/client.ts";
import { needed, readNamed } from "./seal-arguments.ts";

/** Options of `seal make` about the time stamp of a seal. */
export interface SealStampOptions {
  /** Address of the authority; absent: the seal is not stamped. */
  "time-stamp"?: string | undefined;
  /** File with the root of the authority (PEM). */
  "time-stamp-root"?: string | undefined;
}

/** Refuses (`INVALID_FIELD`) options that do not go together, before a key signs anything. */
export function checkSealStamp(options: SealStampOptions, version: number): void {
  if (options["time-stamp"] === undefined) return;
  needed(options["time-stamp-root"], "time-stamp-root");
  if (version === 5) return;
  const description = `第 ${version} 版印章没有时间戳 · seals of version ${version} have no place for one`;
  throw refuseField("INVALID_FIELD", "--time-stamp", description, "leave it out, or make version 5");
}

/**
 * A seal of version 5 (GM/T 0031-2025) with a time stamp over its maker's signature, by SM3; the seal itself where no authority is
 * named. Refuses (`TIME_STAMP_AWAY`, `TIME_STAMP_BAD`) as the client does.
 */
export async function stampedSeal(seal: Uint8Array, options: SealStampOptions): Promise<Uint8Array> {
  const url = options["time-stamp"];
  if (url === undefined) return seal;
  const root = readNamed(needed(options["time-stamp-root"], "time-stamp-root"), "--time-stamp-root");
  const trust = createTrustAnchors([root.toString("utf8")]);
  const client = createTimeStampClient({ url, anchors: () => ({ trust }), hash: "sm3" });
  try {
    return attachSealTimeStamp(seal, await client.stamp(readSeal(seal).signature));
  } finally {
    client.close();
  }
}
