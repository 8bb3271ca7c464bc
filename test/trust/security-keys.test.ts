import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { confirmationChallenge, confirmedDigest } from "../../services/domain/confirmation.ts";
import { originStatement } from "../../services/domain/origin-statement.ts";
import type { OfficerList } from "../../services/trust/officers/officer-list.ts";
import { readRegistration } from "../../services/trust/officers/registration.ts";
import { verifyConfirmation } from "../../services/trust/officers/verify-confirmation.ts";
import { createSecurityKey, PAGE, RP_ID } from "../fixtures/security-key.ts";
import { type KeyOnPage, openBrowserKey } from "./browser-key.ts";

/** The security key of the tests, which stands for a real one in them. */
async function openSoftwareKey(): Promise<KeyOnPage> {
  const key = createSecurityKey();
  return {
    ...{ rpId: RP_ID, origin: PAGE },
    register: async () => key.register(),
    confirm: async (_id, challenge) => key.confirm(challenge),
    close: async () => undefined,
  };
}

describe.each([
  ["in software", openSoftwareKey],
  ["in Chromium", openBrowserKey],
])("5.9.5: a security key %s", { timeout: 60_000 }, (_where, open) => {
  let key: KeyOnPage;
  beforeAll(async () => {
    key = await open();
  }, 60_000);
  afterAll(() => key?.close());

  test("is registered, and confirms orders so that its counter grows", async () => {
    const { rpId, origin } = key;
    const registered = readRegistration(await key.register(), { rpId, origins: [origin] });
    const now = new Date("2026-06-01T04:00:00Z");
    const officers = [{ account: "440100-li", name: "李", credentials: [{ ...registered, since: "2026-01-01" }] }];
    const list: OfficerList = {
      ...{ node: "440100", department: "11440100MB2C91870E", version: 1, from: "2026-01-01", until: "2026-12-31" },
      ...{ rpId, origins: [origin], officers },
    };
    const content = { issuerCode: "U", holders: [], issueDate: "2026-06-01", data: {}, attachments: [] };
    const statements = ["a", "b"].map((businessSerial) =>
      originStatement({ ...content, businessSerial, itemCode: "I1" }, "440100-console-u", now.toISOString()),
    );
    const orders = statements.map(confirmedDigest);
    const counters: number[] = [];
    for (const statement of [...statements, ...statements]) {
      const assertion = await key.confirm(registered.id, confirmationChallenge("440100", orders));
      const confirmation = { ...assertion, orders, credentialId: Buffer.from(registered.id, "base64url") };
      const rules = { list, maxAgeSeconds: 60, maxSkewSeconds: 0 };
      counters.push(verifyConfirmation(rules, confirmation, statement, now).counter);
      const elsewhere = { ...rules, list: { ...list, origins: ["https://other.example"] } };
      expect(() => verifyConfirmation(elsewhere, confirmation, statement, now)).toThrow(/client_data_json.origin/);
      const other = { ...confirmation, orders: orders.toReversed() };
      expect(() => verifyConfirmation(rules, other, statement, now)).toThrow(/client_data_json.challenge/);
    }
    expect(counters).toEqual([...new Set(counters)].sort((a, b) => a - b));
    expect(counters).toHaveLength(4);
  });
});
