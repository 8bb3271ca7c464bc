import { DRIVER_CODE, type DriverFault } from "./ckr.ts";

/** A fault found by the driver itself, in the clothes of an error. */
export class TokenFault extends Error {
  override readonly name = "TokenFault";
  readonly code: number;

  constructor(code: keyof typeof DRIVER_CODE, message: string) {
    super(message);
    this.code = DRIVER_CODE[code];
  }
}

/** A CKR code by which a call was refused, as an error; used where the driver knows better than the device. */
export class DeviceCode extends Error {
  override readonly name = "DeviceCode";
  readonly code: number;

  constructor(code: number, message: string) {
    super(message);
    this.code = code;
  }
}

/**
 * Reads the fault out of whatever was thrown. pkcs11js gives `Pkcs11Error` from most calls, but bare errors with the code
 * in their text from `C_FindObjects`, and errors without any code where the library cannot be loaded.
 */
export function faultOf(error: unknown): DriverFault {
  if (error instanceof TokenFault || error instanceof DeviceCode) return { code: error.code, message: error.message };
  if (!(error instanceof Error)) return { code: DRIVER_CODE.moduleUnusable, message: String(error) };
  const { code, method } = error as Error & { code?: unknown; method?: string };
  const match = /(CKR_\w+):(\d+)/.exec(error.message);
  const number = match ? Number(match[2]) : typeof code === "number" && code > 0 ? code : DRIVER_CODE.moduleUnusable;
  const text = match?.[1] ?? error.message.split("\n")[0] ?? "no message";
  return { code: number, message: method ? `${method}: ${text}` : text };
}
