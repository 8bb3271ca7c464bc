import type { VolumeFigures } from "../../domain/volumes.ts";

/** Volumes as the contract has them. */
export function volumesView({ issued, issuedInTime, used, refused }: VolumeFigures) {
  return {
    issued: BigInt(issued),
    issuedInTime: BigInt(issuedInTime),
    used: BigInt(used),
    refused: BigInt(refused),
  };
}
