import type { Holder } from "../../domain/message.ts";
import type { Reach } from "../../domain/permit.ts";
import { Refusal } from "../../domain/refusal.ts";
import { type GuardedCollection, guardedCollection } from "../../event/guarded-collection.ts";
import type { Runtime } from "../../node/runtime.ts";
import type { CollectionSpec, Query, Stored } from "../../store/port.ts";
import { holderKey } from "../uses/holder-uses.ts";

/** A report of an error as it is kept. `_id` is the digest of its request, so that the same request is one report. */
export interface ReportDocument extends Stored {
  /** `<code type>:<code>` of the holder. */
  holder: string;
  /** Day on which it was reported, Asia/Shanghai: a holder may report so many a day. */
  day: string;
  identifier: string;
  /** Name of the certificate. */
  name: string;
  /** Data item that is wrong; empty: none, or all. */
  field: string;
  text: string;
  /** RFC 3339. */
  at: string;
  /** Issuing department, and the division that it serves. */
  department: string;
  division: string;
  state: "open" | "answered";
  /** Absent while it is open. */
  answer?: { text: string; at: string; account: string };
}

/** The collection of reports. */
export const ERROR_REPORTS: CollectionSpec = {
  name: "error_reports",
  indexes: [
    { name: "certificate", fields: ["holder", "identifier", "at"] },
    { name: "day", fields: ["holder", "day"] },
    { name: "department", fields: ["department", "state", "at"] },
    { name: "division", fields: ["state", "division", "at"] },
  ],
};

/** Opens the reports of a node. One that cannot be read is set aside (place `store`) and stops no other. */
export async function openErrorReports({
  store,
  setAside,
}: Pick<Runtime, "store" | "setAside">): Promise<GuardedCollection<ReportDocument>> {
  const collection = await store.collection<ReportDocument>(ERROR_REPORTS);
  return guardedCollection({ collection, setAside, place: "store", source: ERROR_REPORTS.name, check });
}

const DEFAULT_PAGE_SIZE = 50;

/** What a holder has reported of one certificate, newest first, a page. */
export function reportsOf(
  holder: Pick<Holder, "codeType" | "code">,
  identifier: string,
  { pageSize, pageToken }: { pageSize: number; pageToken: string },
): Query {
  const wanted = { index: "certificate", equals: [holderKey(holder), identifier], descending: true };
  return { ...wanted, limit: pageSize || DEFAULT_PAGE_SIZE, ...(pageToken !== "" && { after: pageToken }) };
}

/** The part of a query that holds it to reports of issuers whom staff may meet. */
export function reportsWithin(reach: Reach, state: ReportDocument["state"]): Omit<Query, "limit"> {
  switch (reach.kind) {
    case "department":
      return { index: "department", equals: [reach.department, state] };
    case "division":
      return { index: "division", equals: [state], from: reach.prefix, to: `${reach.prefix}:` };
    case "all":
      return { index: "division", equals: [state] };
    case "account":
      throw new Refusal("INTERNAL", "reports belong to departments, not to accounts");
  }
}

function check(document: ReportDocument): void {
  const { holder, day, identifier, name, field, text, at, department, division, state, answer } = document;
  const texts = [holder, day, identifier, name, field, text, at, department, division];
  const answered = state === "answered" && [answer?.text, answer?.at, answer?.account].every(isText);
  if (texts.every(isText) && (answered || (state === "open" && answer === undefined))) return;
  throw new Refusal("RECORD_UNREADABLE", "the report lacks members or has wrong ones");
}

function isText(value: unknown): boolean {
  return typeof value === "string";
}
