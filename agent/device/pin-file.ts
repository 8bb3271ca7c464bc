import { readFileSync } from "node:fs";
import { TokenFault } from "./token-fault.ts";

/** Characters that a PIN has at least, where a token is initialised with it. */
export const MIN_PIN_LENGTH = 6;

/** Reads a PIN from its file, without the line end. */
export function readPin(path: string): string {
  try {
    return readFileSync(path, "utf8").replace(/\r?\n$/, "");
  } catch (cause) {
    throw new TokenFault("pinUnreadable", `${path}: ${(cause as NodeJS.ErrnoException).code ?? "unreadable"}`);
  }
}
