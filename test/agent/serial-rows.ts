import { expect } from "vitest";
import type { SerialRow } from "../../agent/index-rows.ts";

/** A row of an agent's index: a serial that is signed. */
export const row = (serial: string, digest = "d1", identifier = `id-${serial}`): SerialRow => ({
  app: "app",
  businessSerial: serial,
  digest,
  identifier,
});
/** A writer of the index that must not fail. */
export const fail = (error: unknown) => {
  throw error;
};
/** The refusal of a serial or identifier that stands for another message. */
export const reused = (member: string) =>
  expect.objectContaining({ reason: "SERIAL_REUSED", metadata: expect.objectContaining({ member }) });
