import type { BadInput, BadInputs } from "../bad-input.ts";
import { SERIALS } from "../issued.ts";
import { MORE } from "../registered.ts";
import { altered, order } from "../requests.ts";

type Change = Parameters<typeof order>[1];

const bad = (is: string, change: Change, reason: BadInput["reason"], field?: string, of?: string): BadInput => ({
  is,
  send: (scene) => order(scene, change, of === undefined ? {} : { of }),
  reason,
  ...(field !== undefined && { field }),
});
const date = (is: string, change: Change, field: string, reason: BadInput["reason"] = "INVALID_FIELD", of?: string) =>
  bad(is, change, reason, field, of);
const estate = (is: string, change: Change, reason: BadInput["reason"], field?: string): BadInput => ({
  is,
  as: "estate",
  send: (scene) => order(scene, change, { of: "不动产权证书", app: "440100-ghzy" }),
  reason,
  ...(field !== undefined && { field }),
});

export const ORDERS: BadInputs = {
  title: "Orders: item, issuer, dates, numbers",
  rpc: "IssueService/MakeCertificate",
  at: "linghai",
  as: "approval",
  inputs: [
    bad("an item that there is not", { itemCode: "NOWHERE" }, "ITEM_UNKNOWN", "order.itemCode"),
    bad("an item that is not published", { itemCode: MORE.draft }, "ITEM_UNPUBLISHED", "order.itemCode"),
    bad(
      "an item that is not opened for the department",
      { issuerCode: "11440106MB9DEM11X6" },
      "ITEM_NOT_OPENED",
      "order.itemCode",
      "居住证",
    ),
    bad(
      "an item before the day of its opening",
      { issuerCode: "11440106MB9DEM11X6" },
      "ITEM_NOT_YET_OPEN",
      "order.itemCode",
      "不动产权证书",
    ),
    bad("no item", { itemCode: "" }, "INVALID_FIELD", "order.itemCode"),
    bad("an item code of 65 characters", { itemCode: "A".repeat(65) }, "INVALID_FIELD", "order.itemCode"),
    bad("an issuer's code of 17 characters", { issuerCode: "11440106MB9DEM11X" }, "INVALID_FIELD", "order.issuerCode"),
    bad("an issuer's code in small letters", { issuerCode: "11440106mb9dem11x6" }, "INVALID_FIELD", "order.issuerCode"),
    bad(
      "an issuer's code with a wrong check character",
      { issuerCode: "11440106MB9DEM11X7" },
      "CODE_INVALID",
      "order.issuerCode",
    ),
    bad(
      "a department that there is not",
      { issuerCode: "11440106MB9DEM1286" },
      "DEPARTMENT_UNKNOWN",
      "order.issuerCode",
    ),
    bad("no serial", { businessSerial: "" }, "INVALID_FIELD", "order.businessSerial"),
    bad("a serial of 101 characters", { businessSerial: "S".repeat(101) }, "INVALID_FIELD", "order.businessSerial"),
    bad(
      "a serial that stands for other data",
      { businessSerial: SERIALS.inForce, issueDate: "2026-11-20" },
      "SERIAL_REUSED",
      "order.businessSerial",
    ),
    {
      is: "a serial whose certificate was discarded",
      send: (scene) => {
        const { number } = scene.item("营业执照").example;
        return order(scene, { businessSerial: SERIALS.discarded, number: `${number}-${SERIALS.discarded}` });
      },
      reason: "STATE_CONFLICT",
      field: "order.businessSerial",
    },
    {
      is: "a number that another certificate of the item bears",
      send: (scene) => order(scene, { number: `${scene.item("营业执照").example.number}-${SERIALS.inForce}` }),
      reason: "ALREADY_EXISTS",
      field: "order.number",
    },
    bad("a number of a sandbox", { number: "TEST-1" }, "INVALID_FIELD", "order.number"),
    bad("a number of 129 characters", { number: "N".repeat(129) }, "INVALID_FIELD", "order.number"),
    bad("a version of -1", { version: -1 }, "INVALID_FIELD", "order.version"),
    bad("a version of 1000", { version: 1000 }, "INVALID_FIELD", "order.version"),
    bad("a version where nothing is replaced", { version: 3 }, "INVALID_FIELD", "order.version"),
    date("no day of issue", { issueDate: "" }, "order.issueDate"),
    date("30 February", { issueDate: "2026-02-30" }, "order.issueDate"),
    date("a day with slashes", { issueDate: "2026/02/01" }, "order.issueDate"),
    date("a day without dashes", { issueDate: "20260201" }, "order.issueDate"),
    date("a month of one digit", { issueDate: "2026-2-1" }, "order.issueDate"),
    date("a day in Chinese", { issueDate: "2026年2月1日" }, "order.issueDate"),
    date("a day with a time", { issueDate: "2026-02-01T00:00:00Z" }, "order.issueDate"),
    date("a day of issue in the future", { issueDate: "2999-01-01" }, "order.issueDate"),
    date("a day of issue before 1800", { issueDate: "1799-12-31" }, "order.issueDate"),
    date("a first day that there is not", { validFrom: "2026-13-01" }, "order.validFrom"),
    date("a last day that there is not", { validTo: "2026-11-31" }, "order.validTo"),
    date(
      "a last day before the first",
      { validFrom: "2026-11-18", validTo: "2026-01-01" },
      "order.validTo",
      "DATE_RANGE_INVALID",
    ),
    date("a last day beyond the item's rule", { validTo: "2199-01-01" }, "order.validTo"),
    date("a last day beyond five years", { validTo: "2031-11-24" }, "order.validTo", "INVALID_FIELD", "食品经营许可证"),
    {
      is: "no last day in a signed order",
      send: (scene) => {
        const request = order(scene, {}, { of: "食品经营许可证" });
        return altered(request, "order.validTo", undefined);
      },
      reason: "INVALID_FIELD",
      field: "order.validTo",
    },
    estate("a last day where the item has none", { validTo: "2030-01-01" }, "INVALID_FIELD", "order.validTo"),
  ],
};
