import { refuseArgument } from "../../services/domain/refusal.ts";
import { createTrustAnchors } from "../../services/trust/anchors.ts";
import { fromPem } from "../../services/trust/pem.ts";
import { createRevocationSource } from "../../services/trust/revocation.ts";
import { readSeal } from "../../services/trust/seal/read-seal.ts";
import { attachSealTimeStamp } from "../../services/trust/time-stamp/attach.ts";
import { createTimeStampClient } from "../../services/trust/time-stamp/client.ts";
import { needed, readNamed } from "./seal-arguments.ts";

/** Options of `seal make` about the time stamp of a seal. */
export interface SealStampOptions {
  /** Address of the authority; absent: the seal is not stamped. */
  "time-stamp"?: string | undefined;
  /** File with the authorities above the time stamps, and their revocation lists (PEM). */
  "time-stamp-root"?: string | undefined;
  /** File with the authority of the server's TLS certificate (PEM); absent: those that Node trusts. */
  "time-stamp-ca"?: string | undefined;
}

/** Puts a time stamp on finished seals, where one is wanted. */
export interface SealStamp {
  /**
   * A seal of version 5 (GM/T 0031-2025) with a time stamp over its maker's signature, by SM3; the seal itself where no
   * authority is named. Refuses (`TIME_STAMP_AWAY`, `TIME_STAMP_BAD`) as the client does.
   */
  stamp(seal: Uint8Array): Promise<Uint8Array>;
  close(): void;
}

/** Opens what the options name, so that their faults (`INVALID_FIELD`) are told before a key signs anything. */
export function openSealStamp(options: SealStampOptions, version: number): SealStamp {
  const url = options["time-stamp"];
  if (url === undefined) {
    const surplus = (["time-stamp-root", "time-stamp-ca"] as const).find((name) => options[name] !== undefined);
    if (surplus === undefined) return { stamp: async (seal) => seal, close: () => {} };
    throw refuseArgument("INVALID_FIELD", `--${surplus}`, "无 --time-stamp · goes with --time-stamp", "name that too");
  }
  const rootFile = needed(options["time-stamp-root"], "time-stamp-root");
  if (version !== 5) {
    const description = `第 ${version} 版印章没有时间戳 · seals of version ${version} have no place for one`;
    throw refuseArgument("INVALID_FIELD", "--time-stamp", description, "leave it out, or make version 5");
  }
  const pem = readNamed(rootFile, "--time-stamp-root").toString("utf8");
  const trust = createTrustAnchors([pem]);
  const lists = fromPem("X509 CRL", pem);
  const anchors = { trust, ...(lists.length > 0 && { revocation: createRevocationSource(lists, trust.anchors) }) };
  const caFile = options["time-stamp-ca"];
  const ca = caFile === undefined ? {} : { ca: readNamed(caFile, "--time-stamp-ca").toString("utf8") };
  const client = createTimeStampClient({ url, anchors: () => anchors, hash: "sm3", ...ca });
  return {
    stamp: async (seal) => attachSealTimeStamp(seal, await client.stamp(readSeal(seal).signature)),
    close: () => client.close(),
  };
}
