import { describe, expect, test } from "vitest";
import { admitIssuing, type IssuingQuestion, type Opening } from "./opening.ts";

const UNIT = "unit";
const BUREAU = "bureau";
const MINISTRY = "ministry";
const own: Opening = { department: UNIT, app: "desk", opensOn: "2026-03-01" };

function ask(change: Partial<IssuingQuestion<Opening>> = {}): Opening {
  return admitIssuing({
    itemCode: "ITEM",
    published: true,
    obligatory: true,
    issuer: UNIT,
    superiors: [BUREAU, MINISTRY],
    app: "desk",
    day: "2026-03-15",
    openings: [own],
    ...change,
  });
}

const refusal = (reason: string) => expect.objectContaining({ reason });

describe("opening of issuing", () => {
  test("an item opened for the department and app is issued from its first day on", () => {
    expect(ask()).toBe(own);
    expect(ask({ day: "2026-03-01" })).toBe(own);
  });

  test("6.4.5.1 before the first day issuing is refused, and the day is told", () => {
    expect(() => ask({ day: "2026-02-28" })).toThrow(
      expect.objectContaining({
        reason: "ITEM_NOT_YET_OPEN",
        metadata: expect.objectContaining({ opens_on: "2026-03-01" }),
      }),
    );
  });

  test("6.4.5.1 after its last day an opening is closed, and that day is told; before its first day it never was open", () => {
    const closing = { ...own, closesOn: "2026-03-14" };
    expect(ask({ openings: [closing], day: "2026-03-14" })).toBe(closing);
    expect(() => ask({ openings: [closing] })).toThrow(
      expect.objectContaining({
        reason: "ITEM_NOT_OPENED",
        metadata: expect.objectContaining({ closes_on: "2026-03-14" }),
      }),
    );
    const never = { ...own, closesOn: "2026-02-28" };
    expect(() => ask({ openings: [never], day: "2026-02-01" })).toThrow(refusal("ITEM_NOT_OPENED"));
    const other = { ...own, department: BUREAU, forUnits: true, closesOn: "" };
    expect(ask({ openings: [closing, other] })).toBe(other);
  });

  test("6.2.4.2 while it is suspended issuing is refused, the cause is told, and no superior's opening undoes it", () => {
    const halt = { kind: "suspended", cause: "核查", since: "2026-03-05T00:00:00Z" } as const;
    const above = { ...own, department: BUREAU, forUnits: true };
    const told = { reason: "OPENING_SUSPENDED", message: expect.stringContaining("核查") };
    expect(() => ask({ openings: [{ ...own, halt }, above] })).toThrow(expect.objectContaining(told));
    expect(() => ask({ openings: [{ ...own, halt }], day: "2026-02-28" })).toThrow(refusal("ITEM_NOT_YET_OPEN"));
  });

  test("6.2.4.2 a withdrawn opening is as one that is closed, and its cause is told", () => {
    const withdrawn = {
      ...own,
      halt: { kind: "withdrawn", cause: "机构改革", since: "2026-03-05T00:00:00Z" },
    } as const;
    const told = { reason: "ITEM_NOT_OPENED", message: expect.stringContaining("机构改革") };
    expect(() => ask({ openings: [withdrawn] })).toThrow(expect.objectContaining(told));
    const above = { ...own, department: BUREAU, forUnits: true };
    expect(ask({ openings: [withdrawn, above] })).toBe(above);
  });

  test("4.3.4 an unpublished item is refused before all else", () => {
    expect(() => ask({ published: false, obligatory: false, openings: [] })).toThrow(refusal("ITEM_UNPUBLISHED"));
  });

  test("4.4.1 an item that is not on the obligatory list or not opened is refused", () => {
    expect(() => ask({ obligatory: false })).toThrow(refusal("ITEM_NOT_OPENED"));
    expect(() => ask({ openings: [] })).toThrow(refusal("ITEM_NOT_OPENED"));
    expect(() => ask({ openings: [{ ...own, department: "neighbour" }] })).toThrow(refusal("ITEM_NOT_OPENED"));
  });

  test("another app than the one that was opened is refused", () => {
    expect(() => ask({ app: "other" })).toThrow(refusal("PERMISSION_DENIED"));
  });

  test("5.8.4 an opening of a superior serves its units only where it says so", () => {
    const above = { department: MINISTRY, app: "desk", opensOn: "2026-01-01" };
    expect(() => ask({ openings: [above] })).toThrow(refusal("ITEM_NOT_OPENED"));
    const shared = { ...above, forUnits: true };
    expect(ask({ openings: [shared] })).toBe(shared);
  });

  test("an opening for units does not reach departments elsewhere or upwards", () => {
    const shared = { department: UNIT, app: "desk", opensOn: "2026-01-01", forUnits: true };
    expect(() => ask({ issuer: BUREAU, superiors: [MINISTRY], openings: [shared] })).toThrow(
      refusal("ITEM_NOT_OPENED"),
    );
  });

  test("6.4.4.2 a unit issues through the app of its superior once it is opened for that app", () => {
    const central = { ...own, app: "bureau-system" };
    expect(ask({ app: "bureau-system", openings: [own, central] })).toBe(central);
  });

  test("the nearest opening decides, and among equals the one that opened first", () => {
    const bureau = { department: BUREAU, app: "desk", opensOn: "2026-01-01", forUnits: true };
    const later = { ...own, opensOn: "2026-03-10" };
    expect(ask({ openings: [bureau, later, own] })).toBe(own);
    expect(ask({ openings: [bureau, later], day: "2026-03-05" })).toBe(bureau);
  });
});
