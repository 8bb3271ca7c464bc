import { describe, expect, test } from "vitest";
import { ALARMS, type AlarmName, alarmTexts, endingAlarm, NOW_DAYS, SOON_DAYS } from "./alarm.ts";

const DAY_MS = 86_400_000;
const AT = new Date("2026-12-01T00:00:00Z");
const inDays = (days: number) => new Date(AT.getTime() + days * DAY_MS);

describe("what needs care (5.7.2)", () => {
  test.each(Object.keys(ALARMS) as AlarmName[])(
    "%s says its cause and what to do in both languages, and what it is about",
    (kind) => {
      const { cause, remedy } = alarmTexts({
        kind,
        urgent: true,
        subject: "lh-scjg",
        told: { reason: "DEVICE_AWAY", count: 3, days: 2 },
      });
      for (const [chinese, english] of [cause, remedy]) {
        expect(chinese).toMatch(/\p{Script=Han}/u);
        expect(english).not.toMatch(/\p{Script=Han}/u);
      }
      if (kind !== "SIGNATURES_LOST") expect(cause.every((text) => text.includes("lh-scjg"))).toBe(true);
    },
  );

  test("a reason of the closed list is told in its own sentence, any other as it came", () => {
    const of = (reason: string) =>
      alarmTexts({ kind: "DEVICE_FAULT", urgent: true, subject: "a", told: { reason } }).cause[0];
    expect(of("DEVICE_AWAY")).toContain("加密设备不可用");
    expect(of("SDR_KEYERR")).toContain("SDR_KEYERR");
  });

  test("an end is an alarm from 30 days ahead, urgent from 7, and began when it came so near", () => {
    const of = (days: number) => endingAlarm("CERTIFICATE_ENDING", "core.pem", inDays(days), AT);
    expect(of(SOON_DAYS)).toBeUndefined();
    expect(of(SOON_DAYS - 1)).toMatchObject({
      urgent: false,
      told: { days: SOON_DAYS - 1 },
      since: inDays(-1).toISOString(),
    });
    expect(of(NOW_DAYS)?.urgent).toBe(false);
    expect(of(NOW_DAYS - 1)?.urgent).toBe(true);
    expect(of(-2)).toMatchObject({ urgent: true, told: { days: -2 } });
  });

  test("an end that is over is told as over", () => {
    const { cause } = alarmTexts({ kind: "SECRET_ENDING", urgent: true, subject: "440100-scjg", told: { days: -2 } });
    expect(cause).toEqual(["应用 440100-scjg 的密钥已到期 2 天", "the secret of app 440100-scjg has ended 2 days ago"]);
  });
});
