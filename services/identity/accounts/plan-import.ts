import type { Department } from "../../../proto/gen/ecert/catalog/v1/registry_pb.ts";
import type { AccountRow } from "../../../proto/gen/ecert/identity/v1/account_import_pb.ts";
import { type Account, AccountSchema } from "../../../proto/gen/ecert/identity/v1/account_pb.ts";
import { several } from "../../base/several.ts";
import type { CallContext } from "../../call/chain/service.ts";
import { checkFieldRules } from "../../call/request/field-rules.ts";
import { type FieldViolation, Refusal, refuseField } from "../../domain/refusal.ts";
import type { JudgedCertificate } from "../certificates/judge-certificate.ts";
import { personalCertificate } from "../certificates/personal-certificate.ts";
import type { IdentityContext } from "../context.ts";
import type { AccountDocument } from "./account-record.ts";
import { accountTerms, type DepartmentSource, departmentsFor } from "./account-terms.ts";
import { faultOf, violationsOf } from "./all-of.ts";
import { withCertificate } from "./bound-certificates.ts";
import { certificateTaken, isSame, requireFree } from "./keep-account.ts";

/** Rows that are judged, or stored, at the same time. */
export const ROWS_AT_ONCE = 8;

/** A row that nothing speaks against. */
export interface PlannedRow {
  id: string;
  outcome: "opened" | "changed" | "unchanged";
  judged?: JudgedCertificate;
  after(old: AccountDocument | undefined): AccountDocument;
}

/** What importing rows would do; or everything that is wrong with them, in their order. */
export interface ImportPlan {
  planned: PlannedRow[];
  faults: FieldViolation[];
}

/** What is found of a row. */
interface JudgedRow {
  faults: FieldViolation[];
  id?: string;
  judged?: JudgedCertificate;
  planned?: PlannedRow;
}

/** Judges rows as PutAccount and BindCertificate would, and against each other. Stores nothing. */
export async function planImport(
  context: IdentityContext,
  rows: readonly AccountRow[],
  call: CallContext,
): Promise<ImportPlan> {
  const found: JudgedRow[] = [];
  const departmentOf = remembering(departmentsFor(context, call));
  await several(rows.entries(), ROWS_AT_ONCE, async ([at, row]) => {
    found[at] = await judgeRow(context, row, `rows[${at}].`, { call, departmentOf });
  });
  holdAgainstEachOther(found);
  const faults = found.flatMap((one) => one.faults);
  return { faults, planned: found.flatMap(({ planned }) => planned ?? []) };
}

interface Judgement {
  call: CallContext;
  departmentOf: DepartmentSource;
}

async function judgeRow(
  context: IdentityContext,
  { account, certificatePem: pem }: AccountRow,
  place: string,
  { call, departmentOf }: Judgement,
): Promise<JudgedRow> {
  const faults: FieldViolation[] = [];
  const sound = async <T>(check: () => Promise<T> | T): Promise<T | undefined> => {
    try {
      return await check();
    } catch (error) {
      const known = new Set(faults.map(({ field }) => field));
      faults.push(...violationsOf(faultOf(error), place).filter(({ field }) => !known.has(field)));
      return undefined;
    }
  };
  if (!account) return { faults: violationsOf(accountMissing(), place) };
  const { id, departmentCode } = account;
  await sound(() => checkFields(account));
  const terms = await sound(() => accountTerms(context, account, call, departmentOf));
  const judged = pem === "" ? undefined : await sound(() => personalCertificate(context, pem, departmentCode));
  const planned = terms && (await sound(() => plannedRow(context, id, terms.after, judged)));
  return { faults, id, ...(judged && { judged }), ...(planned && { planned }) };
}

/** The rules of the fields of an account, which the contract leaves to be told with all other faults. */
function checkFields(account: Account): void {
  try {
    checkFieldRules(AccountSchema, account);
  } catch (error) {
    const { reason, message, fields } = faultOf(error);
    throw new Refusal(reason, message, { fields: fields.map((one) => ({ ...one, field: `account.${one.field}` })) });
  }
}

async function plannedRow(
  context: IdentityContext,
  id: string,
  put: PlannedRow["after"],
  judged: JudgedCertificate | undefined,
): Promise<PlannedRow> {
  const { now } = context.runtime;
  const after: PlannedRow["after"] = (old) =>
    judged ? withCertificate(put(old), judged, now(), "certificate_pem") : put(old);
  const old = await context.accounts.get(id);
  const wanted = after(old);
  await requireFree(context, wanted, old, "certificate_pem");
  const outcome = !old ? "opened" : isSame(old, wanted) ? "unchanged" : "changed";
  return { id, outcome, after, ...(judged && { judged }) };
}

/** An account stands in one row, and a certificate signs in to one account. */
function holdAgainstEachOther(rows: readonly JudgedRow[]): void {
  const ids = new Map<string, number>();
  const holders = new Map<string, number>();
  for (const [at, { id, judged, faults }] of rows.entries()) {
    const before = id === undefined ? undefined : ids.get(id);
    if (id !== undefined && before === undefined) ids.set(id, at);
    if (before !== undefined) faults.push(...violationsOf(standsTwice(before), `rows[${at}].`));
    const holder = judged && holders.get(judged.fingerprint);
    if (judged && holder === undefined) holders.set(judged.fingerprint, at);
    if (holder !== undefined) faults.push(...violationsOf(certificateTaken("certificate_pem"), `rows[${at}].`));
  }
}

function accountMissing(): Refusal {
  return refuseField("INVALID_FIELD", "account", "is missing", "name the account", "缺少账户，请填写");
}

function standsTwice(row: number): Refusal {
  const description = `rows[${row}] names the same account`;
  const localized = `与rows[${row}]为同一账户，请合并为一行`;
  return refuseField("INVALID_FIELD", "account.id", description, "write one row for an account", localized);
}

/** Asks for each department once. */
function remembering(departmentOf: DepartmentSource): DepartmentSource {
  const asked = new Map<string, Promise<Department>>();
  return (code) => {
    const known = asked.get(code) ?? departmentOf(code);
    asked.set(code, known);
    return known;
  };
}
