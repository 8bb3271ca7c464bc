import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { makeCertificateRequest, readCertificateRequest } from "../../services/trust/certificate-request.ts";
import type { Device, DeviceKey } from "../device/device.ts";
import { print, refuseOption } from "./arguments.ts";
import type { Begun } from "./begun.ts";
import { writeNew } from "./init-files.ts";
import type { InitOrder } from "./init-order.ts";

/** Holds that a certificate request that is there already is for the key that is there; without a key there must be none. */
export function checkRequest({ directory, keyLabel }: InitOrder, key: DeviceKey | undefined): void {
  const file = join(directory, requestName(keyLabel));
  if (!existsSync(file)) return;
  const { spki } = readCertificateRequest(readFileSync(file, "utf8"));
  if (key && Buffer.compare(key.publicKey, spki) === 0) return;
  throw refuseOption("ALREADY_EXISTS", "--key", {
    description: `${file} is there and is for a key that is not in the device`,
    remedy: "choose another label, or move the file away",
    localized: `${file} 已存在，但其密钥不在设备中；请另选密钥标签，或移走该文件`,
  });
}

/** Makes the certificate request of a key, where there is none yet, and tells where it is. */
export async function makeRequest(order: InitOrder, device: Device, key: DeviceKey, begun: Begun): Promise<void> {
  const { directory, keyLabel, subject } = order;
  const name = requestName(keyLabel);
  const file = join(directory, name);
  if (!existsSync(file)) {
    begun.goOn();
    const sign = (bytes: Uint8Array) => device.sign(keyLabel, bytes);
    writeNew(directory, name, await makeCertificateRequest({ subject, spki: key.publicKey, sign }), begun);
  }
  print(`certificate request: ${file}; put its certificate into ${keyLabel}.crt.pem beside it`);
}

function requestName(keyLabel: string): string {
  return `${keyLabel}.request.pem`;
}
