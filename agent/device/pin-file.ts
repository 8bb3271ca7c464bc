import { readFileSync } from "node:fs";
import { TokenFault } from "./token-fault.ts";

/** Reads a PIN from its file, without the line end. */
export function readPin(path: string): string {
  try {
    return readFileSync(path, "utf8").replace(/\r?\n$/, "");
  } catch (cause) {
    throw new TokenFault("pinUnreadable", `${path}: ${(cause as NodeJS.ErrnoException).code ?? "unreadable"}`);
  }
}
