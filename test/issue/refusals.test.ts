import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { certificateSerial } from "../../services/domain/certificate-serial.ts";
import type { Reason } from "../../services/domain/reason.ts";
import { Refusal } from "../../services/domain/refusal.ts";
import type { CertificateDocument } from "../../services/issue/record/certificate.ts";
import { CERTIFICATES } from "../../services/issue/record/repository.ts";
import { APP, ATTESTED, HOLDER_ORGANISATION, LICENCE, PERMIT } from "./catalog.ts";
import { type House, type Instance, openHouse, refusalOf } from "./house.ts";

let house: House;
let city: Instance;

beforeEach(async () => {
  house = await openHouse();
  city = await house.start();
});
afterEach(() => house.close());

type Order = ReturnType<House["order"]>;

/** Makes a certificate from a bad order: the refusal, after holding that it left nothing behind. */
async function refused(order: Order, reason: Reason): Promise<Refusal> {
  const refusal = await refusalOf(city.issue.makeCertificate(order), reason);
  const certificates = await house.runtime.store.collection<CertificateDocument>(CERTIFICATES);
  expect(await certificates.count("app")).toBe(0);
  expect(house.evidence).toEqual([]);
  await refusalOf(city.issue.getCertificate(order.order), "CERTIFICATE_UNKNOWN");
  return refusal;
}

function fieldsOf(refusal: Refusal): string[] {
  return refusal.fields.map(({ field }) => field);
}

const holder = { name: "广州市云山贸易有限公司", code: HOLDER_ORGANISATION, codeType: "001" };
const text = (name: string, content: Uint8Array = Buffer.from("文")) => ({ name, mediaType: "text/plain", content });

describe("4.4.1 what the catalog does not allow is refused with its reason", () => {
  test("an unknown item", async () => {
    const refusal = await refused(house.order({ itemCode: "NONE" }), "ITEM_UNKNOWN");
    expect(refusal.metadata.item_code).toBe("NONE");
  });

  test.each<Reason>(["ITEM_UNPUBLISHED", "ITEM_NOT_OPENED", "ITEM_NOT_YET_OPEN", "SEAL_UNBOUND", "PERMISSION_DENIED"])(
    "%s comes through",
    async (reason) => {
      house.catalog.refusals.set(LICENCE, new Refusal(reason, "the catalog says so"));
      await refused(house.order(), reason);
    },
  );
});

describe("business data", () => {
  test("every violation is named at once, by JSON pointer", async () => {
    const data = { address: "x", capital: "many", colour: "red" };
    const refusal = await refused(house.order({ data }), "DATA_INVALID");
    expect(fieldsOf(refusal).sort()).toEqual(["/data/address", "/data/capital", "/data/colour"]);
    expect(refusal.fields.every(({ remedy }) => remedy !== undefined)).toBe(true);
    for (const { field, localized } of refusal.fields) expect(refusal.localized).toContain(`${field} ${localized}`);
  });

  test("unknown members alone are UNKNOWN_FIELD", async () => {
    const data = { address: "广州市", capital: 1, colour: "red" };
    expect(fieldsOf(await refused(house.order({ data }), "UNKNOWN_FIELD"))).toEqual(["/data/colour"]);
  });

  test("a wrong check digit in a code is CODE_INVALID", async () => {
    const data = { address: "广州市", capital: 1, legalPerson: "110105194912310021" };
    expect(fieldsOf(await refused(house.order({ data }), "CODE_INVALID"))).toEqual(["/data/legalPerson"]);
  });

  test("hidden characters are refused by name", async () => {
    const data = { address: "广州市\u202e天河区", capital: 1 };
    const refusal = await refused(house.order({ data }), "DATA_INVALID");
    expect(refusal.fields[0]?.description).toContain("U+202E");
  });

  test("data that no canonical JSON can hold are refused", async () => {
    let deep: object = {};
    for (let depth = 0; depth < 200; depth++) deep = { deep };
    const order = house.order();
    const request = { ...order, order: { ...order.order, data: deep } };
    await refusalOf(city.issue.makeCertificate(request as never), "DATA_INVALID");
    const numbers = { ...order, order: { ...order.order, data: { address: "广州", capital: Number.NaN } } };
    await refusalOf(city.issue.makeCertificate(numbers), "DATA_INVALID");
  });

  test("a message over the limit is TOO_LARGE", async () => {
    const data = { address: "广".repeat(200_000), capital: 1 };
    const refusal = await refused(house.order({ data }), "TOO_LARGE");
    expect(Number(refusal.metadata.bytes)).toBeGreaterThan(Number(refusal.metadata.limit));
  });

  test("a character that no font has is named, and the intent is gone", async () => {
    const refusal = await refused(house.order({ data: { address: "广州市𰀀祥路", capital: 1 } }), "GLYPH_MISSING");
    expect(refusal.fields[0]?.field).toBe("/data/address");
    expect(refusal.localized).toBe("字库缺少该字：𰀀 (U+30000)，请改用其他字形，或请运维增加字库");
  });
});

describe("what cannot be drawn uses up no number and no business serial", () => {
  const good = { address: "广州市天河区", capital: 1 };
  const lost = { address: "广州市𰀀祥路", capital: 1 };

  test("the same serial with other data gives the certificate that it would have given at first", async () => {
    const order = house.order({ data: good });
    await refused({ ...order, order: { ...order.order, data: lost } }, "GLYPH_MISSING");
    const holders = [{ ...holder, name: "长".repeat(61) }];
    const refusal = await refused({ ...order, order: { ...order.order, holders } }, "DATA_INVALID");
    expect(refusal.localized).toMatch(/文字共61个字符，照面此处最多容纳52个，请缩短/);
    expect(refusal.fields[0]?.remedy).toBe("shorten the text to 52 characters");
    const { certificate } = await city.issue.makeCertificate(order);
    const { businessSerial, issueDate } = order.order;
    const serial = certificateSerial({ node: "440100", issueDate, app: APP, businessSerial });
    expect(certificate?.number).toBe(serial);
    expect(certificate?.identifier).toContain(`.${serial}.001.`);
  });

  test("a number that the department gave is free for another serial", async () => {
    const number = "粤A-0001";
    await refused(house.order({ data: lost, number }), "GLYPH_MISSING");
    const { certificate } = await city.issue.makeCertificate(house.order({ data: good, number }));
    expect(certificate?.number).toBe(number);
  });
});

describe("holders, dates and numbers", () => {
  test("a wrong check character in a holder's code", async () => {
    const bad = { ...holder, code: `${holder.code.slice(0, -1)}0` };
    expect(fieldsOf(await refused(house.order({ holders: [bad] }), "CODE_INVALID"))).toEqual(["order.holders[0].code"]);
  });

  test("control characters, over-long names and the wrong kind of holder, all at once", async () => {
    const holders = [
      { name: "a\u0007b", code: "11010519491231002X", codeType: "111" },
      { ...holder, name: "长".repeat(201) },
    ];
    expect(fieldsOf(await refused(house.order({ holders }), "INVALID_FIELD"))).toEqual([
      "order.holders[0].name",
      "order.holders[0].code_type",
      "order.holders[1].name",
    ]);
  });

  test("more holders than the item has", async () => {
    const holders = [holder, { name: "张三", code: "GD-1", codeType: "099" }];
    const refusal = await refused(house.order({ holders }), "INVALID_FIELD");
    expect(fieldsOf(refusal)).toEqual(["order.holders"]);
  });

  test("a date range turned round", async () => {
    const order = house.order({ validFrom: "2026-05-01", validTo: "2026-04-01" });
    expect(fieldsOf(await refused(order, "DATE_RANGE_INVALID"))).toEqual(["order.valid_to"]);
  });

  test.each([
    ["a day that does not exist", { issueDate: "2026-02-30" }, "order.issue_date"],
    ["a day of issue in the future", { issueDate: "2999-01-01" }, "order.issue_date"],
    ["a serial with a control character", { businessSerial: "A\u0000B" }, "order.business_serial"],
    ["a number with a space at its end", { number: "A1 " }, "order.number"],
  ])("%s", async (_case, changes, field) => {
    expect(fieldsOf(await refused(house.order(changes), "INVALID_FIELD"))).toEqual([field]);
  });

  test("a last day that only the rule would give must be in the signed order", async () => {
    const refusal = await refused(house.order({ itemCode: PERMIT }), "INVALID_FIELD");
    expect(refusal.fields[0]).toMatchObject({ field: "order.valid_to", remedy: expect.stringContaining("2031-01-04") });
  });

  test("a number that another certificate of the item bears", async () => {
    await city.issue.makeCertificate(house.order({ number: "粤A-7" }));
    const taken = await refusalOf(city.issue.makeCertificate(house.order({ number: "粤A-7" })), "ALREADY_EXISTS");
    expect(fieldsOf(taken)).toEqual(["order.number"]);
  });
});

describe("attachments", () => {
  test.each<[string, ReturnType<typeof text>[], string]>([
    ["too large", [text("a.txt", Buffer.alloc(5 * 1024 * 1024 + 1, "a"))], "order.attachments[0].content"],
    ["too many", Array.from({ length: 21 }, (_, index) => text(`${index}.txt`)), "order.attachments"],
    [
      "of a forbidden type",
      [{ ...text("a.exe"), mediaType: "application/x-msdownload" }],
      "order.attachments[0].media_type",
    ],
    [
      "whose content is of another type",
      [{ ...text("a.png"), mediaType: "image/png" }],
      "order.attachments[0].content",
    ],
    ["with a path for a name", [text("../a.txt")], "order.attachments[0].name"],
  ])("%s", async (_case, attachments, field) => {
    expect(fieldsOf(await refused(house.order({ attachments }), "ATTACHMENT_REFUSED"))).toEqual([field]);
  });

  test("with a wrong digest", async () => {
    const order = house.order({ attachments: [text("a.txt")] });
    const [attachment] = order.order.attachments;
    const wrong = { ...order, order: { ...order.order, attachments: [{ ...attachment, sha256: "0".repeat(64) }] } };
    expect(fieldsOf(await refused(wrong as Order, "ATTACHMENT_REFUSED"))).toEqual(["order.attachments[0].sha256"]);
  });
});

describe("origin signature (来源签名)", () => {
  test("a missing one is refused", async () => {
    const { origin: _none, ...order } = house.order();
    expect(fieldsOf(await refused(order as Order, "ORIGIN_MISSING"))).toEqual(["origin"]);
  });

  test("an attested opening needs none", async () => {
    const { origin: _none, ...order } = house.order({ itemCode: ATTESTED });
    expect((await city.issue.makeCertificate(order)).certificate?.identifier).toBeTruthy();
  });

  test("a time that is no time is refused", async () => {
    const order = house.order();
    const odd = { ...order, origin: { ...order.origin, signedAt: "yesterday at about noon" } };
    expect(fieldsOf(await refused(odd, "INVALID_FIELD"))).toEqual(["origin.signed_at"]);
  });
});

describe("replacing (换发)", () => {
  test("keeps item, issuer and number, and needs a certificate in force", async () => {
    await city.startAgent();
    const order = house.order({ number: "粤A-1" });
    await city.issue.makeCertificate(order);
    const { businessSerial } = order.order;
    const made = (await city.issue.getCertificate({ businessSerial })).certificate?.identifier ?? "";
    const replaced = (changes: Parameters<House["order"]>[0]) =>
      city.issue.replaceCertificate({ ...house.order(changes, made), replaces: made });
    await refusalOf(replaced({}), "STATE_CONFLICT");
    await city.issue.issueCertificate({ businessSerial });
    const other = await refusalOf(replaced({ number: "粤A-2" }), "INVALID_FIELD");
    expect(fieldsOf(other)).toEqual(["order.number"]);
    const permit = await refusalOf(replaced({ itemCode: PERMIT, validTo: "2031-01-04" }), "INVALID_FIELD");
    expect(fieldsOf(permit)).toEqual(["order.item_code"]);
  });
});
