import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { CertificateDocument } from "../../services/issue/record/certificate.ts";
import { CERTIFICATES } from "../../services/issue/record/repository.ts";
import { seedItems } from "../document/seed.ts";
import { RESIDENCE } from "./catalog.ts";
import { type House, type Instance, openHouse, refusalOf } from "./house.ts";

let house: House;
let city: Instance;

beforeEach(async () => {
  house = await openHouse();
  city = await house.start();
});
afterEach(() => house.close());

const { holders = [], data = {} } = seedItems().get("residence-permit")?.example ?? {};
const order = (changes: object = {}) => house.order({ itemCode: RESIDENCE, holders, data: { ...data, ...changes } });

describe("5.3 data items that the item binds to the metadata", () => {
  test("a certificate for one holder that shows another's name and number is not made, and leaves nothing behind", async () => {
    const other = { name: "赵样例", citizenId: "449900199604083012" };
    const refusal = await refusalOf(city.issue.makeCertificate(order(other)), "DATA_MISMATCH");
    expect(refusal.fields.map(({ field, remedy }) => [field, remedy])).toEqual([
      ["/data/name", "say the same as order.holders[0].name"],
      ["order.holders[0].name", "say the same in /data/name"],
      ["/data/citizenId", "say the same as order.holders[0].code"],
      ["order.holders[0].code", "say the same in /data/citizenId"],
    ]);
    expect(refusal.localized).toContain("/data/name 应与 order.holders[0].name 相同");
    const certificates = await house.runtime.store.collection<CertificateDocument>(CERTIFICATES);
    expect(await certificates.count("app")).toBe(0);
  });

  test("the corrected order is made under the same business serial", async () => {
    const bad = order({ name: "赵样例" });
    await refusalOf(city.issue.makeCertificate(bad), "DATA_MISMATCH");
    const { certificate } = await city.issue.makeCertificate({
      ...bad,
      order: { ...bad.order, data },
    });
    expect(certificate?.businessSerial).toBe(bad.order.businessSerial);
  });
});
