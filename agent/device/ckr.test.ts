import { describe, expect, test } from "vitest";
import { DRIVER_CODE, refusalOfFault, repairOf } from "./ckr.ts";

describe("device codes", () => {
  test.each([0x5, 0x82, 0x91, 0xb3])("code %i asks for a new session", (code) => {
    expect(repairOf(code)).toBe("session");
  });

  test.each([0x32, 0xe0, 0x190, DRIVER_CODE.keyVanished])("code %i asks for a new module", (code) => {
    expect(repairOf(code)).toBe("module");
  });

  test.each<[number, string, boolean]>([
    [0xe0, "DEVICE_AWAY", true],
    [0x30, "DEVICE_FAULT", true],
    [0x7fffffff, "DEVICE_FAULT", true],
    [0xa0, "DEVICE_FAULT", false],
    [0xa4, "DEVICE_FAULT", false],
    [0x70, "DEVICE_FAULT", false],
    [DRIVER_CODE.keyMissing, "DEVICE_FAULT", false],
    [DRIVER_CODE.keyExists, "ALREADY_EXISTS", false],
  ])("code %i is %s, and retry advice is given: %s", (code, reason, retry) => {
    const refusal = refusalOfFault({ code, message: "C_Sign: CKR_X" });
    expect(refusal.reason).toBe(reason);
    expect(refusal.retryAfterMs !== undefined).toBe(retry);
    expect(refusal.message).toMatch(/: .+: .+/);
  });
});
