import { createHash, generateKeyPairSync, type KeyObject } from "node:crypto";
import { describe, expect, test } from "vitest";
import {
  createSecurityKey,
  PAGE,
  RP_ID,
  type SecurityKey,
  type SecurityKeyChanges,
} from "../../../test/fixtures/security-key.ts";
import { confirmationChallenge, confirmedDigest, MAX_CONFIRMED } from "../../domain/confirmation.ts";
import { type OriginStatement, originStatement } from "../../domain/origin-statement.ts";
import { Refusal } from "../../domain/refusal.ts";
import { type ListedOfficer, type OfficerList, readOfficerList, signOfficerList } from "./officer-list.ts";
import { readRegistration } from "./registration.ts";
import { type Confirmation, credentialsOf, verifyConfirmation } from "./verify-confirmation.ts";

const NODE = "440100";
const NOW = new Date("2026-06-01T04:00:00Z");
const key = createSecurityKey();
const department = generateKeyPairSync("ed25519");

const credential = (one: SecurityKey, days: { since: string; until?: string } = { since: "2026-01-01" }) => ({
  ...{ id: one.id.toString("base64url"), publicKey: one.publicKey },
  ...days,
});
const officer = (one: SecurityKey, changes: Partial<ListedOfficer> = {}): ListedOfficer => ({
  ...{ account: "440100-li", name: "李", credentials: [credential(one)] },
  ...changes,
});
const list = (changes: Partial<OfficerList> = {}): OfficerList => ({
  ...{ node: NODE, department: "11440100MB2C91870E", version: 1, from: "2026-01-01", until: "2026-12-31" },
  ...{ rpId: RP_ID, origins: [PAGE], officers: [officer(key)] },
  ...changes,
});

function order(businessSerial: string, signedAt = NOW.toISOString()): OriginStatement {
  const holders = [{ name: "某公司", code: "1", codeType: "001" }];
  const content = { businessSerial, itemCode: "I1", issuerCode: "U", holders, issueDate: "2026-06-01", data: {} };
  return originStatement({ ...content, attachments: [] }, "440100-console-u", signedAt);
}

/** A confirmation of orders with a security key. */
function confirm(statements: readonly OriginStatement[], by = key, changes: SecurityKeyChanges = {}): Confirmation {
  const orders = statements.map(confirmedDigest);
  const made = by.confirm(confirmationChallenge(NODE, orders), changes);
  return { orders, credentialId: by.id, ...made };
}

const rules = (changes: Partial<OfficerList> = {}) => ({
  list: list(changes),
  maxAgeSeconds: 3_600,
  maxSkewSeconds: 30,
});

function refusal(attempt: () => unknown): { reason: string; member?: string | undefined; message: string } {
  try {
    attempt();
  } catch (error) {
    if (error instanceof Refusal)
      return { reason: error.reason, member: error.metadata.member, message: error.message };
    throw error;
  }
  return { reason: "none", message: "" };
}

describe("5.9.5: an officer confirms an order with a security key", () => {
  test.each(["es256", "eddsa", "rs256"] as const)("with %s, for one order or a list of them", (kind) => {
    const own = createSecurityKey({ kind });
    const statements = [order("a"), order("b")];
    const confirmation = confirm(statements, own);
    for (const statement of statements) {
      const found = verifyConfirmation(rules({ officers: [officer(own)] }), confirmation, statement, NOW);
      expect(found).toMatchObject({ account: "440100-li", counter: 1, orders: 2, signedAt: NOW.toISOString() });
    }
  });

  const other = createSecurityKey();
  const extension = Buffer.from("a0", "hex");
  const altered: [string, string, SecurityKeyChanges][] = [
    ["another kind of ceremony", "client_data_json.type", { type: "webauthn.create" }],
    ["a payment", "client_data_json.type", { type: "payment.get" }],
    ["another challenge", "client_data_json.challenge", { challenge: Buffer.alloc(32) }],
    ["another page", "client_data_json.origin", { origin: "https://evil.example" }],
    ["the same page without TLS", "client_data_json.origin", { origin: "http://console.example" }],
    ["a page in the frame of another", "client_data_json.crossOrigin", { clientData: { crossOrigin: true } }],
    ["a page below another", "client_data_json.topOrigin", { clientData: { topOrigin: "https://evil.example" } }],
    ["client data that are no JSON", "client_data_json", { clientText: "{" }],
    ["client data that are no object", "client_data_json", { clientText: "[]" }],
    ["client data of 3,000 octets", "client_data_json", { clientData: { pad: "x".repeat(3_000) } }],
    ["another relying party", "authenticator_data.rpIdHash", { rpId: "evil.example" }],
    ["nobody there", "authenticator_data.flags", { flags: 0x04 }],
    ["nobody verified", "authenticator_data.flags", { flags: 0x01 }],
    ["a backup of what cannot be backed up", "authenticator_data.flags", { flags: 0x15 }],
    ["a new credential within", "authenticator_data", { flags: 0x45 }],
    ["more octets than the flags tell", "authenticator_data", { extra: extension }],
    ["fewer octets than the flags tell", "authenticator_data", { flags: 0x85 }],
    ["authenticator data of 1,100 octets", "authenticator_data", { flags: 0x85, extra: Buffer.alloc(1_063) }],
  ];
  test.each(altered)("%s is refused, naming %s", (_what, member, changes) => {
    const told = refusal(() => verifyConfirmation(rules(), confirm([order("a")], key, changes), order("a"), NOW));
    expect(told).toMatchObject({ reason: "ORIGIN_INVALID", member: `confirmation.${member}` });
  });

  test("a signature of another key, or over other data, is refused", () => {
    const stranger = generateKeyPairSync("ec", { namedCurve: "P-256" }).privateKey;
    const whole = confirm([order("a")]);
    const cases = [
      confirm([order("a")], key, { key: stranger }),
      { ...whole, signature: confirm([order("a")]).signature },
      { ...whole, authenticatorData: Buffer.concat([whole.authenticatorData.subarray(0, 36), Buffer.of(99)]) },
    ];
    for (const one of cases)
      expect(refusal(() => verifyConfirmation(rules(), one, order("a"), NOW))).toMatchObject({
        reason: "ORIGIN_INVALID",
        member: "confirmation.signature",
      });
  });

  test("extensions stand in it as the flags tell, and an assertion is known again whatever its signature", () => {
    const extended = confirm([order("a")], key, { flags: 0x85, extra: extension });
    const { assertion } = verifyConfirmation(rules(), extended, order("a"), NOW);
    const signed = [extended.authenticatorData, createHash("sha256").update(extended.clientDataJson).digest()];
    expect(assertion).toBe(createHash("sha256").update(Buffer.concat(signed)).digest("hex"));
  });

  test("it is good for the orders that were confirmed, and for no other", () => {
    const confirmation = confirm([order("a"), order("b")]);
    const asked = (statement: OriginStatement, changes: Partial<Confirmation> = {}) =>
      refusal(() => verifyConfirmation(rules(), { ...confirmation, ...changes }, statement, NOW));
    expect(asked(order("c"))).toMatchObject({ reason: "ORIGIN_INVALID", member: "confirmation.orders" });
    expect(asked(order("a", "2026-06-01T04:00:01.000Z"))).toMatchObject({ member: "confirmation.orders" });
    const orders = [...confirmation.orders, confirmedDigest(order("c"))];
    expect(asked(order("c"), { orders })).toMatchObject({ member: "confirmation.client_data_json.challenge" });
    const turned = confirmation.orders.toReversed();
    expect(asked(order("a"), { orders: turned })).toMatchObject({
      member: "confirmation.client_data_json.challenge",
    });
  });

  test(`a list of more than ${MAX_CONFIRMED} orders, none, one twice, or of no digests is refused`, () => {
    const many = Array.from({ length: MAX_CONFIRMED + 1 }, (_, n) => order(String(n)));
    const asked = (confirmation: Confirmation) =>
      refusal(() => verifyConfirmation(rules(), confirmation, order("0"), NOW)).member;
    expect(asked(confirm(many))).toBe("confirmation.orders");
    expect(asked(confirm([]))).toBe("confirmation.orders");
    expect(asked(confirm([order("0"), order("0")]))).toBe("confirmation.orders");
    expect(asked({ ...confirm([order("0")]), orders: [confirmedDigest(order("0")).toUpperCase()] })).toBe(
      "confirmation.orders",
    );
    expect(asked(confirm(many.slice(0, MAX_CONFIRMED)))).toBeUndefined();
  });

  test("one that is too old, or from the future, is refused and told how old it is", () => {
    const asked = (signedAt: string) =>
      refusal(() => verifyConfirmation(rules(), confirm([order("a", signedAt)]), order("a", signedAt), NOW)).reason;
    expect(asked("2026-06-01T03:00:00Z")).toBe("none");
    expect(asked("2026-06-01T02:59:59Z")).toBe("ORIGIN_STALE");
    expect(asked("2026-06-01T04:00:30Z")).toBe("none");
    expect(asked("2026-06-01T04:00:31Z")).toBe("ORIGIN_STALE");
    expect(asked("today")).toBe("ORIGIN_INVALID");
  });

  test("keys that the list does not have on that day, and items that are not the officer's, are refused", () => {
    const asked = (changes: Partial<OfficerList>, by = key) =>
      refusal(() => verifyConfirmation(rules(changes), confirm([order("a")], by), order("a"), NOW)).reason;
    const held = (days: { since: string; until?: string }) => ({
      officers: [officer(key, { credentials: [credential(key, days)] })],
    });
    expect(asked({}, other)).toBe("ORIGIN_KEY_UNKNOWN");
    expect(asked({ officers: [] })).toBe("ORIGIN_KEY_UNKNOWN");
    expect(asked(held({ since: "2026-06-02" }))).toBe("ORIGIN_KEY_UNKNOWN");
    expect(asked(held({ since: "2026-01-01", until: "2026-05-31" }))).toBe("ORIGIN_KEY_UNKNOWN");
    expect(asked(held({ since: "2026-06-01", until: "2026-06-01" }))).toBe("none");
    expect(asked({ until: "2026-05-31" })).toBe("ORIGIN_KEY_UNKNOWN");
    expect(asked({ from: "2026-06-02" })).toBe("ORIGIN_KEY_UNKNOWN");
    expect(asked({ officers: [officer(key, { items: ["I2"] })] })).toBe("ORIGIN_INVALID");
    expect(asked({ officers: [officer(key, { items: ["I1"] })] })).toBe("none");
  });

  test("a page is told the keys of the account that are good today", () => {
    const days = [{ since: "2026-01-01" }, { since: "2026-06-02" }, { since: "2026-01-01", until: "2026-05-31" }];
    const credentials = days.map((one) => credential(createSecurityKey(), one));
    const held = list({ officers: [officer(key, { credentials })] });
    expect(credentialsOf(held, "440100-li", "2026-06-01")).toEqual([credentials[0]]);
    expect(credentialsOf(held, "440100-wang", "2026-06-01")).toEqual([]);
    expect(credentialsOf(held, "440100-li", "2027-01-01")).toEqual([]);
  });
});

describe("a list of officers is the department's, or it is none", () => {
  const signed = (changes: Partial<OfficerList> = {}, by: KeyObject = department.privateKey) =>
    signOfficerList(list(changes), by);

  test("with Ed25519 or P-256, however the file is laid out", () => {
    expect(readOfficerList(signed(), department.publicKey)).toMatchObject({ ...list() });
    const p256 = generateKeyPairSync("ec", { namedCurve: "P-256" });
    const text = JSON.stringify(JSON.parse(signed({}, p256.privateKey)));
    expect(readOfficerList(text, p256.publicKey)).toMatchObject({ version: 1 });
  });

  test("whatever is altered, the signature does not fit", () => {
    const stranger = generateKeyPairSync("ed25519");
    const whole = JSON.parse(signed());
    for (const member of Object.keys(whole)) {
      const altered = { ...whole, [member]: member === "signature" ? whole.signature.replace(/^.{4}/, "AAAA") : 7 };
      const told = refusal(() => readOfficerList(JSON.stringify(altered), department.publicKey));
      expect(told.reason, member).toBe("SIGNATURE_INVALID");
    }
    expect(refusal(() => readOfficerList(signed(), stranger.publicKey)).reason).toBe("SIGNATURE_INVALID");
    expect(refusal(() => readOfficerList("[", department.publicKey)).reason).toBe("INVALID_FIELD");
    const long = `{"pad":"${"x".repeat(1 << 20)}"}`;
    expect(refusal(() => readOfficerList(long, department.publicKey)).reason).toBe("TOO_LARGE");
  });

  const p384 = generateKeyPairSync("ec", { namedCurve: "P-384" }).publicKey.export({ type: "spki", format: "der" });
  const good = credential(key);
  const faults: [string, object, string][] = [
    ["a member that is not known", { more: 1 }, "more is unknown"],
    ["no node", { node: "x" }, "node is no code"],
    ["no department", { department: "x" }, "department is no unified"],
    ["version 0", { version: 0 }, "version must be"],
    ["a day that there is not", { from: "2026-02-30" }, "from must be a day"],
    ["an end before the beginning", { until: "2025-12-31" }, "until lies before"],
    ["no end", { until: undefined }, "until must be a day"],
    ["no domain", { rpId: "https://x" }, "rpId must be"],
    ["a page of another domain", { origins: ["https://other.example"] }, "origins[0] is no page"],
    ["a page without TLS", { origins: ["http://console.example"] }, "origins[0] must be an origin"],
    [
      "a key of no page",
      { officers: [officer(key, { credentials: [{ ...good, page: "http://x" }] })] },
      "credentials[0].page",
    ],
    ["no page", { origins: [] }, "origins must be a list"],
    ["an account twice", { officers: [officer(key), officer(createSecurityKey())] }, "officers[1].account"],
    ["a security key twice", { officers: [officer(key, { credentials: [good, good] })] }, "credentials[1].id"],
    ["a short id", { officers: [officer(key, { credentials: [{ ...good, id: "AAAA" }] })] }, "credentials[0].id"],
    [
      "a P-384 key",
      { officers: [officer(key, { credentials: [{ ...good, publicKey: p384.toString("base64url") }] })] },
      "credentials[0].publicKey",
    ],
    ["no officer", { officers: [7] }, "officers[0] must be an object"],
    ["no security key", { officers: [{ ...officer(key), credentials: [7] }] }, "credentials[0] must be an object"],
  ];
  test.each(faults)("%s is refused before it is signed", (_what, changes, told) => {
    const found = refusal(() => signOfficerList({ ...list(), ...changes } as OfficerList, department.privateKey));
    expect(found).toMatchObject({ reason: "INVALID_FIELD", message: expect.stringContaining(told) });
  });
});

describe("what a page registered of a security key", () => {
  const demand = { rpId: RP_ID, origins: [PAGE] };

  test("gives id and public key", () => {
    const { id, publicKey } = credential(key);
    expect(readRegistration(key.register(), demand)).toEqual({ id, publicKey });
  });

  test("of another page, another relying party, without verification, or an answer to something else is refused", () => {
    const whole = JSON.parse(key.register());
    const cases = [
      key.register({ origin: "https://evil.example" }),
      key.register({ rpId: "evil.example" }),
      key.register({ flags: 0x41 }),
      key.register({ flags: 0x05 }),
      key.register({ type: "webauthn.get" }),
      JSON.stringify({ ...whole, id: Buffer.alloc(32).toString("base64url") }),
      JSON.stringify({ ...whole, response: { ...whole.response, publicKey: "AAAA" } }),
      JSON.stringify({ ...whole, response: { ...whole.response, authenticatorData: "AAAA" } }),
      "{}",
      "[",
    ];
    for (const text of cases) expect(refusal(() => readRegistration(text, demand)).reason).toBe("INVALID_FIELD");
  });
});
