import type { BadInput, BadInputs } from "../bad-input.ts";

type Reason = BadInput["reason"];

/** A call that is wrong as it stands. */
const bad = (rpc: string, is: string, request: object, reason: Reason, field: string): BadInput => ({
  ...{ is, rpc, reason, field },
  send: () => JSON.parse(JSON.stringify(request)),
});

const NOBODY = "11440106MB9DEM1286";
const PERIOD = { from: "2026-10-01", to: "2026-10-31" };
const indicator = (is: string, change: object, field: string) => {
  const good = {
    id: "share",
    name: "比例",
    definitionJson: '{"numerator":{"measure":"used"},"denominator":{"constant":1}}',
  };
  return bad("SupervisionService/PutIndicator", is, { indicator: { ...good, ...change } }, "INVALID_FIELD", field);
};
const holidays = (is: string, change: object, field: string) => {
  const good = { year: 2031, source: "通知", publishedOn: "2030-11-04", holidays: ["2031-10-01"], workingDays: [] };
  return bad(
    "CalendarService/PutHolidays",
    is,
    { holidays: { ...good, ...change } },
    "INVALID_FIELD",
    `holidays.${field}`,
  );
};
const volumes = (is: string, request: object, reason: Reason, field: string) =>
  bad("SupervisionService/GetVolumes", is, request, reason, field);

/** What is counted, and who reads it (4.7, 6.2.6). */
export const SUPERVISION: BadInputs = {
  title: "Supervision",
  rpc: "SupervisionService/GetRates",
  at: "linghai",
  as: "operator",
  inputs: [
    bad("SupervisionService/GetRates", "a day that is none", { day: "2026-02-30" }, "INVALID_FIELD", "day"),
    bad("SupervisionService/GetRates", "a day in words", { day: "yesterday" }, "INVALID_FIELD", "day"),
    bad(
      "SupervisionService/GetRates",
      "what was known of all departments",
      { knownAt: "2026-11-12T01:00:00Z" },
      "INVALID_FIELD",
      "knownAt",
    ),
    bad(
      "SupervisionService/GetRates",
      "a time without its zone",
      { departmentCode: NOBODY, knownAt: "2026-11-12T01:00:00" },
      "INVALID_FIELD",
      "knownAt",
    ),
    bad(
      "SupervisionService/GetRates",
      "a period that begins behind its day",
      { day: "2026-10-30", from: "2026-10-31" },
      "DATE_RANGE_INVALID",
      "day",
    ),
    bad("SupervisionService/GetRates", "a division of two digits", { division: "44" }, "INVALID_FIELD", "division"),
    bad(
      "SupervisionService/GetRates",
      "a token of another list",
      { level: "RATE_LEVEL_CITY", pageToken: "next" },
      "INVALID_FIELD",
      "pageToken",
    ),
    bad("SupervisionService/GetRates", "1,001 rows of a page", { pageSize: 1_001 }, "INVALID_FIELD", "pageSize"),
    bad("SupervisionService/ListRateMembers", "no rate", { departmentCode: NOBODY }, "INVALID_FIELD", "rate"),
    bad(
      "SupervisionService/ListRateMembers",
      "a department that there is not",
      { departmentCode: NOBODY, rate: "RATE_USAGE" },
      "DEPARTMENT_UNKNOWN",
      "departmentCode",
    ),
    volumes("no period", {}, "INVALID_FIELD", "period"),
    volumes("401 days", { period: { from: "2025-10-01", to: "2026-11-05" } }, "INVALID_FIELD", "period.to"),
    volumes(
      "32 days by hour",
      { period: { from: "2026-10-01", to: "2026-11-01" }, group: "VOLUME_GROUP_HOUR" },
      "INVALID_FIELD",
      "period.to",
    ),
    volumes(
      "a period that ends before it begins",
      { period: { from: "2026-10-30", to: "2026-10-01" } },
      "DATE_RANGE_INVALID",
      "period.to",
    ),
    volumes(
      "a token that is none",
      { period: PERIOD, group: "VOLUME_GROUP_DAY", pageToken: "next" },
      "INVALID_FIELD",
      "pageToken",
    ),
    indicator(
      "an indicator without a numerator",
      { definitionJson: '{"denominator":{"constant":1}}' },
      "indicator.definitionJson/numerator",
    ),
    indicator(
      "a measure that there is not",
      { definitionJson: '{"numerator":{"measure":"sold"},"denominator":{"constant":1}}' },
      "indicator.definitionJson/numerator/measure",
    ),
    indicator("a definition that is no JSON", { definitionJson: "share" }, "indicator.definitionJson"),
    indicator("an id with a space", { id: "a share" }, "indicator.id"),
    bad(
      "SupervisionService/ListIndicators",
      "201 indicators of a page",
      { pageSize: 201 },
      "INVALID_FIELD",
      "pageSize",
    ),
    bad("SupervisionService/FreezeInspection", "a fifth quarter", { quarter: "2026Q5" }, "INVALID_FIELD", "quarter"),
    bad(
      "SupervisionService/FreezeInspection",
      "a quarter that is not over",
      { quarter: "2099Q1" },
      "INVALID_FIELD",
      "quarter",
    ),
    bad(
      "SupervisionService/GetInspection",
      "a quarter that was not frozen",
      { quarter: "2020Q1" },
      "INSPECTION_UNKNOWN",
      "quarter",
    ),
    bad(
      "SupervisionService/ListInspections",
      "a token that is none",
      { pageToken: "next" },
      "INVALID_FIELD",
      "pageToken",
    ),
    bad(
      "BulletinService/GetBulletin",
      "a quarter without a bulletin",
      { quarter: "2020Q1" },
      "BULLETIN_UNKNOWN",
      "quarter",
    ),
    bad("BulletinService/ListBulletins", "a token that is none", { pageToken: "next" }, "INVALID_FIELD", "pageToken"),
    holidays("a holiday that is no day", { holidays: ["2031-02-30"] }, "holidays[0]"),
    holidays("a holiday of another year", { holidays: ["2033-10-01"] }, "holidays[0]"),
    holidays("a Wednesday that is worked for a holiday", { workingDays: ["2031-10-08"] }, "workingDays[0]"),
    holidays(
      "a day that is a holiday and worked",
      { holidays: ["2031-10-04"], workingDays: ["2031-10-04"] },
      "workingDays[0]",
    ),
    holidays("a decree of 31 November", { publishedOn: "2030-11-31" }, "publishedOn"),
    holidays("holidays of the year 1900", { year: 1900 }, "year"),
    bad("CalendarService/ListHolidays", "a token that is none", { pageToken: "next" }, "INVALID_FIELD", "pageToken"),
  ],
};

const put = (is: string, change: object, field: string) => {
  const good = { source: "民政部", sourceDate: "2026-01-01", rows: [{ code: "440106", name: "天湾区" }], dryRun: true };
  return bad("DivisionService/PutDivisions", is, { ...good, ...change }, "INVALID_FIELD", field);
};

/** Divisions, and cases as those who watch over a node read them. */
export const GOVERNANCE: BadInputs = {
  title: "Governance",
  rpc: "DivisionService/GetDivision",
  at: "linghai",
  as: "operator",
  inputs: [
    bad("DivisionService/GetDivision", "a code of four digits", { code: "4401" }, "INVALID_FIELD", "code"),
    bad("DivisionService/GetDivision", "a division that there is not", { code: "449999" }, "DIVISION_UNKNOWN", "code"),
    bad(
      "DivisionService/GetDivision",
      "a day that is none",
      { code: "440100", day: "2026-02-30" },
      "INVALID_FIELD",
      "day",
    ),
    bad("DivisionService/ListDivisions", "a token that is none", { pageToken: "next" }, "INVALID_FIELD", "pageToken"),
    put("a list without rows", { rows: [] }, "rows"),
    put("a list from nowhere", { source: "" }, "source"),
    put("a list of a day in words", { sourceDate: "today" }, "sourceDate"),
    bad("EntryService/GetEntry", "an entry that there is not", { code: NOBODY }, "CASE_UNKNOWN", "code"),
    bad("EntryService/ListEntries", "a token that is none", { pageToken: "next" }, "INVALID_FIELD", "pageToken"),
    bad("ChangeService/GetChange", "a change that there is not", { id: "no-change" }, "CASE_UNKNOWN", "id"),
    bad("ChangeService/ListChanges", "a token that is none", { pageToken: "next" }, "INVALID_FIELD", "pageToken"),
    bad(
      "OpeningRequestService/GetOpeningRequest",
      "a request that there is not",
      { id: "no-request" },
      "CASE_UNKNOWN",
      "id",
    ),
    bad(
      "OpeningRequestService/ListOpeningRequests",
      "a token that is none",
      { pageToken: "next" },
      "INVALID_FIELD",
      "pageToken",
    ),
    bad("PlanService/GetPlan", "a plan that there is not", { id: "no-plan" }, "CASE_UNKNOWN", "id"),
    bad(
      "PlanService/GetPlanProgress",
      "a day that is none",
      { id: "no-plan", day: "30 November" },
      "INVALID_FIELD",
      "day",
    ),
    bad("PlanService/ListPlans", "51 plans of a page", { pageSize: 51 }, "INVALID_FIELD", "pageSize"),
    bad("PlanService/ListPlans", "a token that is none", { pageToken: "next" }, "INVALID_FIELD", "pageToken"),
    bad(
      "PaperService/GetPaper",
      "a paper that there is not",
      { sha256: "0".repeat(64), departmentCode: NOBODY },
      "CASE_UNKNOWN",
      "sha256",
    ),
    bad("PaperService/GetPaper", "a digest that is none", { sha256: "zz" }, "INVALID_FIELD", "sha256"),
    bad("HandInService/ListHandIns", "a token that is none", { pageToken: "next" }, "INVALID_FIELD", "pageToken"),
    bad("HandInService/ListHandedIn", "no kind of list", { departmentCode: NOBODY }, "INVALID_FIELD", "kind"),
    bad("SandboxService/CheckSandbox", "an AppKey of production", { appKey: "440100-scjg" }, "INVALID_FIELD", "appKey"),
  ],
};

/** Extensions of a node (4.1.3). */
export const EXTENSION: BadInputs = {
  title: "Extensions",
  rpc: "ExtensionService/ListDeliveries",
  at: "linghai",
  as: "operator",
  inputs: [
    bad("ExtensionService/ListDeliveries", "a state that there is not", { state: "lost" }, "INVALID_FIELD", "state"),
    bad("ExtensionService/ListDeliveries", "501 deliveries of a page", { pageSize: 501 }, "INVALID_FIELD", "pageSize"),
    bad("ExtensionService/ListDeliveries", "a token that is none", { pageToken: "next" }, "INVALID_FIELD", "pageToken"),
    bad("ExtensionService/RetryDelivery", "a delivery that there is not", { id: "none" }, "DELIVERY_UNKNOWN", "id"),
    bad("ExtensionService/RetryDelivery", "a delivery without an id", { id: "" }, "INVALID_FIELD", "id"),
  ],
};
