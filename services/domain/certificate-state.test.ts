import { describe, expect, test } from "vitest";
import {
  CERTIFICATE_STATES,
  type CertificateAction,
  type CertificateState,
  effectiveState,
  TRANSITIONS,
  transition,
} from "./certificate-state.ts";

const ACTIONS: CertificateAction[] = ["make", "issue", "discard", "suspend", "resume", "revoke", "supersede"];

describe("life of a certificate", () => {
  test.each<[CertificateState, CertificateAction, CertificateState]>([
    ["making", "make", "made"],
    ["making", "discard", "discarded"],
    ["made", "issue", "issued"],
    ["made", "discard", "discarded"],
    ["issued", "suspend", "suspended"],
    ["issued", "revoke", "revoked"],
    ["issued", "supersede", "superseded"],
    ["suspended", "resume", "issued"],
    ["suspended", "revoke", "revoked"],
  ])("%s, %s: %s", (state, action, next) => {
    expect(transition(state, action, "identifier")).toBe(next);
  });

  test("the nine transitions above are all there are", () => {
    const allowed = CERTIFICATE_STATES.flatMap((state) =>
      ACTIONS.filter((action) => {
        try {
          return transition(state, action, "identifier") !== undefined;
        } catch {
          return false;
        }
      }),
    );
    expect(allowed).toHaveLength(9);
  });

  test("5.4.2: nothing is issued that was not made, and nothing issued can be discarded", () => {
    expect(() => transition("making", "issue", "identifier")).toThrow(
      expect.objectContaining({ reason: "STATE_CONFLICT" }),
    );
    expect(() => transition("issued", "discard", "identifier")).toThrow(
      expect.objectContaining({ reason: "STATE_CONFLICT" }),
    );
  });

  test("the end states lead nowhere", () => {
    for (const state of ["revoked", "superseded", "discarded"] as const) expect(TRANSITIONS[state]).toEqual({});
  });

  test("a refusal names the state and what can be done", () => {
    expect(() => transition("made", "revoke", "identifier")).toThrow(
      expect.objectContaining({
        reason: "STATE_CONFLICT",
        message: "cannot revoke a certificate that is made; it can be: issue, discard",
        metadata: { state: "made", action: "revoke", allowed: "issue, discard" },
        localized: "证照当前状态不允许该操作：identifier 证照状态为“已制证、未签发”，不能注销；可以签发、作废",
      }),
    );
    expect(() => transition("revoked", "resume", "identifier")).toThrow(/nothing more can be done/);
  });
});

describe("effective state", () => {
  const year = { validFrom: "2026-01-01", validTo: "2026-12-31" };

  test.each<[CertificateState, string, string]>([
    ["issued", "2025-12-31", "notYetValid"],
    ["issued", "2026-01-01", "issued"],
    ["issued", "2026-12-31", "issued"],
    ["issued", "2027-01-01", "expired"],
    ["suspended", "2025-12-31", "suspended"],
    ["suspended", "2026-12-31", "suspended"],
    ["suspended", "2027-01-01", "expired"],
    ["revoked", "2027-01-01", "revoked"],
    ["superseded", "2027-01-01", "superseded"],
    ["made", "2027-01-01", "made"],
  ])("%s on %s counts as %s", (state, day, effective) => {
    expect(effectiveState(state, year, day)).toBe(effective);
  });

  test("validity without ends never runs out", () => {
    expect(effectiveState("issued", {}, "9999-12-31")).toBe("issued");
  });
});
