import { NODE_CODE } from "./sandbox.ts";

/** Node, day of issue, derived part. */
const SERIAL = new RegExp(`^(${NODE_CODE})\\d{8}[0-9A-Z]{12}$`);

/**
 * The node whose serial this is; `undefined` for one that `certificateSerial` has not made: those of before were counted, have 17
 * digits, and name no node.
 */
export function nodeOfSerial(serial: string): string | undefined {
  return SERIAL.exec(serial)?.[1];
}
