import type { Device } from "../../../proto/gen/ecert/agent/v1/agent_service_pb.ts";

/** An encryption device as its agent told of it; each text at most 64 characters, empty: not told. */
export interface ToldDevice {
  /** `pkcs11`, `sdf` or `key-file`; empty: a kind that is not known here. */
  kind: string;
  label: string;
  maker: string;
  model: string;
  serial: string;
}

const KINDS: readonly string[] = ["pkcs11", "sdf", "key-file"];
/** Characters that are kept of each text: PKCS#11 has 32 at most. */
const MOST = 64;

/** What is kept of a device that a heartbeat tells of; `undefined` where it tells of none. */
export function toldDevice(device: Device | undefined): ToldDevice | undefined {
  if (!device) return undefined;
  const { kind, label, maker, model, serial } = device;
  return {
    kind: KINDS.includes(kind) ? kind : "",
    ...{ label: toldText(label), maker: toldText(maker), model: toldText(model), serial: toldText(serial) },
  };
}

/** A text that comes out of a device, as it may be kept and shown: without control and format characters, and cut to 64. */
export function toldText(text: string): string {
  return [...text.replaceAll(/[\p{Cc}\p{Cf}]/gu, "").trim()].slice(0, MOST).join("");
}
