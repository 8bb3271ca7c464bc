import { createHash } from "node:crypto";
import type { BadInput, BadInputs } from "../bad-input.ts";
import { altered, order } from "../requests.ts";

const LICENCE = { name: "岭海云帆软件有限公司", code: "91440106MA9DEM2A6K", codeType: "001" };
const PERSON = { name: "梁示例", code: "449900198506073019", codeType: "111" };

const holders = (is: string, list: object[], reason: BadInput["reason"], field: string, of = "营业执照"): BadInput => ({
  is,
  send: (scene) => order(scene, { holders: list as (typeof LICENCE)[] }, { of }),
  reason,
  field,
});
const holder = (is: string, change: object, field: string, reason: BadInput["reason"] = "INVALID_FIELD") =>
  holders(is, [{ ...LICENCE, ...change }], reason, `order.holders[0].${field}`);
const person = (is: string, change: object, field: string, reason: BadInput["reason"] = "INVALID_FIELD"): BadInput => ({
  is,
  as: "estate",
  send: (scene) => order(scene, { holders: [{ ...PERSON, ...change }] }, { of: "不动产权证书", app: "440100-ghzy" }),
  reason,
  field: `order.holders[0].${field}`,
});
const data = (is: string, change: object, reason: BadInput["reason"], field: string): BadInput => ({
  is,
  send: (scene) => {
    const { data: whole } = scene.item("营业执照").example;
    const changed = Object.fromEntries(
      Object.entries({ ...whole, ...change }).filter(([, value]) => value !== undefined),
    );
    return order(scene, { data: changed as typeof whole });
  },
  reason,
  field,
});

export const HOLDERS: BadInputs = {
  title: "Orders: holders",
  rpc: "IssueService/MakeCertificate",
  at: "linghai",
  as: "approval",
  inputs: [
    holders("no holder", [], "INVALID_FIELD", "order.holders"),
    holders(
      "two where the item has one",
      [LICENCE, { ...LICENCE, code: "92440106MA9DEM3B0L" }],
      "INVALID_FIELD",
      "order.holders",
    ),
    holders(
      "eleven",
      Array.from({ length: 11 }, () => LICENCE),
      "INVALID_FIELD",
      "order.holders",
    ),
    {
      ...person("the same twice", {}, ""),
      send: (scene) => order(scene, { holders: [PERSON, PERSON] }, { of: "不动产权证书", app: "440100-ghzy" }),
      field: "order.holders[1]",
    },
    holders("a person where the item is for organisations", [PERSON], "INVALID_FIELD", "order.holders[0].codeType"),
    holder("no code", { code: "" }, "code"),
    holder("a code type of one digit", { codeType: "1" }, "codeType"),
    holder("a code type that GB/T 36903 does not have", { codeType: "777" }, "codeType"),
    holder("a social credit code with a wrong check character", { code: "91440106MA9DEM2A6L" }, "code", "CODE_INVALID"),
    holder("a social credit code of 17 characters", { code: "91440106MA9DEM2A6" }, "code", "CODE_INVALID"),
    holder("a social credit code in small letters", { code: "91440106ma9dem2a6k" }, "code", "CODE_INVALID"),
    holder("another organisation's code with a space in it", { code: "A 1", codeType: "099" }, "code", "CODE_INVALID"),
    person("a citizen id with a wrong check character", { code: "449900198506073018" }, "code", "CODE_INVALID"),
    person("a citizen id of 15 digits", { code: "449900850607301" }, "code", "CODE_INVALID"),
    person("a citizen id with a day that there is not", { code: "449900198502303011" }, "code", "CODE_INVALID"),
    person("a citizen id with a small x", { code: "11010519491231002x" }, "code", "CODE_INVALID"),
    person("a passport number with a full stop", { code: "E12.345", codeType: "414" }, "code", "CODE_INVALID"),
    person("an organisation's name with a person's code", { name: "岭海云帆软件有限公司" }, "name"),
    holder("a name of digits alone", { name: "4401060000012345" }, "name"),
    holder("the code in the place of the name", { name: "91440106MA9DEM2A6K" }, "name"),
  ],
};

export const DATA: BadInputs = {
  title: "Orders: business data",
  rpc: "IssueService/MakeCertificate",
  at: "linghai",
  as: "approval",
  inputs: [
    data("a required data item is missing", { address: undefined }, "DATA_INVALID", "/data/address"),
    data("a data item that the schema does not have", { colour: "red" }, "UNKNOWN_FIELD", "/data/colour"),
    data("a number for a text", { address: 7 }, "DATA_INVALID", "/data/address"),
    data("a text for a number", { copyNumber: "1" }, "DATA_INVALID", "/data/copyNumber"),
    data("a fraction for a whole number", { copyNumber: 1.5 }, "DATA_INVALID", "/data/copyNumber"),
    data("a number beyond its range", { copyNumber: 100 }, "DATA_INVALID", "/data/copyNumber"),
    data("an empty text", { address: "" }, "DATA_INVALID", "/data/address"),
    data(
      "a text that is too long",
      { legalRepresentative: "陈".repeat(61) },
      "DATA_INVALID",
      "/data/legalRepresentative",
    ),
    data("a value that is none of those allowed", { copy: "影印件" }, "DATA_INVALID", "/data/copy"),
    data("`null`", { address: null }, "DATA_INVALID", "/data/address"),
    data("a day that there is not", { establishedOn: "2026-02-30" }, "DATA_INVALID", "/data/establishedOn"),
    data("a day with slashes", { establishedOn: "2026/11/18" }, "DATA_INVALID", "/data/establishedOn"),
    data(
      "a code with a wrong check character",
      { unifiedSocialCreditCode: "91440106MA9DEM2A6L" },
      "CODE_INVALID",
      "/data/unifiedSocialCreditCode",
    ),
    data("another company's name than the holder's", { name: "岭海远帆软件有限公司" }, "DATA_MISMATCH", "/data/name"),
    data(
      "another company's code than the holder's",
      { unifiedSocialCreditCode: "92440106MA9DEM3B0L" },
      "DATA_MISMATCH",
      "/data/unifiedSocialCreditCode",
    ),
    data("a character that no font has", { address: "岭海市𰻞祥路" }, "GLYPH_MISSING", "/data/address"),
    data("more than the face can hold", { businessScope: "㎡".repeat(1500) }, "DATA_INVALID", "/data/businessScope"),
    {
      is: "no business data",
      send: (scene) => altered(order(scene), "order.data", undefined),
      reason: "INVALID_FIELD",
      field: "order.data",
    },
    {
      is: "empty business data",
      send: (scene) => order(scene, { data: {} }),
      reason: "DATA_INVALID",
      field: "/data/name",
    },
    {
      is: "200,000 characters of business data",
      send: (scene) => order(scene, { data: { address: "广".repeat(200_000) } }),
      reason: "TOO_LARGE",
      field: "order.data",
    },
  ],
};

const PDF = Buffer.from("%PDF-1.7\n");
const file = (name = "申请书.pdf", content = PDF, mediaType = "application/pdf") => ({ name, content, mediaType });
const attachments = (
  is: string,
  list: ReturnType<typeof file>[],
  field: string,
  reason: BadInput["reason"] = "ATTACHMENT_REFUSED",
): BadInput => ({
  is,
  send: (scene) => order(scene, { attachments: list }),
  reason,
  field: `order.attachments${field}`,
});

export const ATTACHMENTS: BadInputs = {
  title: "Orders: attachments",
  rpc: "IssueService/MakeCertificate",
  at: "linghai",
  as: "approval",
  inputs: [
    attachments(
      "21 of them",
      Array.from({ length: 21 }, (_, at) => file(`${at}.pdf`)),
      "",
      "INVALID_FIELD",
    ),
    attachments("one of more than 5 MiB", [file("大.pdf", Buffer.concat([PDF, Buffer.alloc(5 << 20)]))], "[0].content"),
    attachments("an empty one", [file("空.pdf", Buffer.alloc(0))], "[0].content"),
    attachments("a program", [file("a.exe", Buffer.from("MZ"), "application/x-msdownload")], "[0].mediaType"),
    attachments("a PDF that is none", [file("a.pdf", Buffer.from("hello"))], "[0].content"),
    attachments("a picture that is none", [file("a.png", PDF, "image/png")], "[0].content"),
    attachments(
      "text in GB 18030",
      [file("a.txt", Buffer.from([0xc1, 0xeb, 0xba, 0xa3]), "text/plain")],
      "[0].content",
    ),
    attachments("a path for a name", [file("../a.pdf")], "[0].name"),
    attachments("no name", [file("")], "[0].name", "INVALID_FIELD"),
    attachments("one name twice", [file(), file()], "[1].name"),
    {
      is: "another file's digest",
      send: (scene) =>
        altered(
          order(scene, { attachments: [file()] }),
          "order.attachments.0.sha256",
          createHash("sha256").update("x").digest("hex"),
        ),
      reason: "ATTACHMENT_REFUSED",
      field: "order.attachments[0].sha256",
    },
    {
      is: "a digest in capitals",
      send: (scene) => altered(order(scene, { attachments: [file()] }), "order.attachments.0.sha256", "A".repeat(64)),
      reason: "INVALID_FIELD",
      field: "order.attachments[0].sha256",
    },
  ],
};

export const ORIGIN: BadInputs = {
  title: "Orders: origin signature (来源签名)",
  rpc: "IssueService/MakeCertificate",
  at: "linghai",
  as: "approval",
  inputs: [
    {
      is: "none",
      send: (scene) => altered(order(scene), "origin", undefined),
      reason: "ORIGIN_MISSING",
      field: "origin",
    },
    {
      is: "no key id",
      send: (scene) => altered(order(scene), "origin.keyId", ""),
      reason: "INVALID_FIELD",
      field: "origin.keyId",
    },
    {
      is: "a time without its zone",
      send: (scene) => altered(order(scene), "origin.signedAt", "2026-11-24T10:00:00.000"),
      reason: "INVALID_FIELD",
      field: "origin.signedAt",
    },
    {
      is: "a time in words",
      send: (scene) => altered(order(scene), "origin.signedAt", "yesterday at about noon"),
      reason: "INVALID_FIELD",
      field: "origin.signedAt",
    },
    {
      is: "a day for a time",
      send: (scene) => altered(order(scene), "origin.signedAt", "2026-11-24"),
      reason: "INVALID_FIELD",
      field: "origin.signedAt",
    },
    {
      is: "a signature of three octets",
      send: (scene) => altered(order(scene), "origin.signature", "AAAA"),
      reason: "INVALID_FIELD",
      field: "origin.signature",
    },
  ],
};
