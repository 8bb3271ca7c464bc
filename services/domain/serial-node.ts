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

/** The node that issued what bears an identifier, as its serial names it; `undefined` where it names none, or is no identifier. */
export function nodeOfIdentifier(identifier: string): string | undefined {
  // The serial stands before version and check character.
  return nodeOfSerial(identifier.split(".").at(-3) ?? "");
}

/** Whether a node may have issued what bears an identifier: nobody need ask it for what another node's serial says. */
export function mayHaveIssued(node: string, identifier: string): boolean {
  return (nodeOfIdentifier(identifier) ?? node) === node;
}
