import { createHash } from "node:crypto";
import type { House, Instance } from "./house.ts";

/** What each scenario begins with: a house of its own, and one instance of the issue service in it. */
export interface Scene {
  house: House;
  city: Instance;
}

export function sha256(bytes: Uint8Array | undefined): string {
  return createHash("sha256")
    .update(bytes ?? "")
    .digest("hex");
}
