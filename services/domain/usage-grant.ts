import type { Json, JsonObject } from "./canonical.ts";
import { instantOf } from "./instant.ts";
import type { Holder } from "./message.ts";
import { type FieldViolation, Refusal } from "./refusal.ts";

/** The context of a use (用证上下文): the nine particulars of 5.4.3 and the matter that the case belongs to. */
export interface UsageContext {
  /** 用证事由 */
  purpose: string;
  /** 办事人 */
  holder: Holder;
  /** 所需证照, codes of catalog items */
  items: readonly string[];
  /** 业务标识 */
  businessId: string;
  /** 业务环节 */
  stage: string;
  /** 业务网点 */
  outlet: string;
  /** 业务时间, RFC 3339 */
  businessTime: string;
  /** 业务部门, social credit code */
  department: string;
  /** 经办人员 */
  operator: Operator;
  /** 事项 */
  matter: string;
}

/** Who handles a case (经办人员). */
export interface Operator {
  account: string;
  name: string;
  /** What proves it: a registered account, a token of the department's own provider, the session of staff on screen, or nothing but the system's word. Absent in codes of before: nothing. */
  proof?: "account" | "token" | "session" | "none";
}

/** A form of file: faces, the data message, and its signature. */
export type FileForm = "pdf" | "ofd" | "message" | "message-signature";

/** What a matter, a code or another node is granted of one catalog item. No fields: verified only, nothing is extracted. */
export interface GrantedItem {
  item: string;
  /** Names of data items, as in the item's schema. */
  fields: readonly string[];
  /** Forms of file that may be fetched. Absent in codes that were made before files were a right of their own: none. */
  files?: readonly FileForm[];
}

/** What a usage code allows. It is stored under the digest of the code. */
export interface UsageGrant {
  /** The app that made the code; no other may use it. */
  app: string;
  /** The app's own department, where it acts for another by delegation (6.4.4.4). */
  appDepartment?: string;
  context: UsageContext;
  items: readonly GrantedItem[];
  /** RFC 3339. At this instant the code no longer works. */
  expiresAt: string;
  /** Uses at most, and those made so far. */
  maxUses: number;
  uses: number;
}

/** One attempt to use a code. What is left out is not asked for: without an item the code itself is looked at. */
export interface UsageAttempt {
  app: string;
  /** Account of the member of staff who uses it on screen: a code that was made on screen is theirs alone. */
  officer?: string | undefined;
  now: Date;
  matter?: string;
  /** Item of the certificate at hand. */
  item?: string;
  /** One of the holders of the certificate at hand must be the one that the code was made for. */
  holders?: readonly Pick<Holder, "code" | "codeType">[];
  /** Fields that are to be extracted; needs `item`. */
  fields?: readonly string[];
  /** Form of file that is to be fetched; needs `item`, and `dataItems` for forms that hold the data message. */
  form?: FileForm;
  /** Names of all data items of the certificate at hand. Absent: not known here, and a form is judged by `files` alone. */
  dataItems?: readonly string[];
}

/**
 * Decides whether a use is within what the code allows. Throws, in this order, `USAGE_CODE_FOREIGN`, so that another app
 * learns nothing about the code; `USAGE_CODE_EXPIRED`; `USAGE_CODE_SPENT`; and `USAGE_NOT_ALLOWED` for another matter,
 * holder, item, field or form of file. One field too many refuses all of them.
 */
export function admitUse(grant: UsageGrant, attempt: UsageAttempt): void {
  if (attempt.app !== grant.app) {
    throw codeRefused("USAGE_CODE_FOREIGN", "the usage code belongs to another app", "用证码由另一应用生成");
  }
  if (attempt.officer !== undefined && attempt.officer !== grant.context.operator.account) {
    throw codeRefused(
      "USAGE_CODE_FOREIGN",
      "the usage code belongs to another member of staff",
      "用证码由另一经办人员生成",
    );
  }
  const { expiresAt, uses, maxUses } = grant;
  if (!(attempt.now.getTime() < instantOf(expiresAt))) {
    const told = `用证码已于${expiresAt}过期`;
    throw codeRefused("USAGE_CODE_EXPIRED", `the usage code expired at ${expiresAt}`, told, { expires_at: expiresAt });
  }
  if (uses >= maxUses) {
    const told = `用证码已使用${uses}次，不能再用`;
    const metadata = { max_uses: String(maxUses) };
    throw codeRefused("USAGE_CODE_SPENT", `the usage code was used ${uses} times`, told, metadata);
  }
  const fields = excesses(grant, attempt);
  if (fields.length === 0) return;
  throw new Refusal("USAGE_NOT_ALLOWED", `${fields.length} particular(s) exceed what the usage code allows`, {
    fields,
  });
}

function codeRefused(
  reason: "USAGE_CODE_FOREIGN" | "USAGE_CODE_EXPIRED" | "USAGE_CODE_SPENT",
  description: string,
  told: string,
  metadata: Record<string, string> = {},
): Refusal {
  const remedy = "make a new one with CreateUsageContext";
  const localized = `${told}；请调用CreateUsageContext重新生成`;
  const fields = [{ field: "usage_code", description, remedy, localized }];
  return new Refusal(reason, `${description}; ${remedy}`, { fields, metadata });
}

function excesses(grant: UsageGrant, attempt: UsageAttempt): FieldViolation[] {
  const { matter, item, holders } = attempt;
  const violations: FieldViolation[] = [];
  const add = (field: string, description: string, remedy: string, localized: string) =>
    violations.push({ field, description, remedy, localized });
  if (matter !== undefined && matter !== grant.context.matter) {
    const localized = "用证码是为另一事项生成的，请为该事项生成用证码";
    add("matter_code", "the usage code was made for another matter", "make a code for this matter", localized);
  }
  const { code, codeType } = grant.context.holder;
  if (holders !== undefined && !holders.some((one) => one.code === code && one.codeType === codeType)) {
    add(
      "identifier",
      "the certificate is not held by the person served",
      "use certificates that ListCertificates names",
      "证照的持证主体不是本次办事人，请使用ListCertificates列出的证照",
    );
  }
  const granted = grant.items.find((one) => one.item === item);
  if (item !== undefined && granted === undefined) {
    const description = `catalog item ${item} is not among those of the usage code`;
    const localized = `用证码不含证照目录项${item}，请在用证上下文中列明`;
    add("item_code", description, "name the item in the context", localized);
    return violations;
  }
  return [...violations, ...beyond(granted ?? { item: "", fields: [] }, attempt)];
}

/**
 * What is asked for beyond a granted item: each field, and a form of file that may not be fetched or whose data message holds
 * data items that are not granted.
 */
export function beyond(
  granted: GrantedItem,
  { fields = [], form, dataItems }: Pick<UsageAttempt, "fields" | "form" | "dataItems">,
): FieldViolation[] {
  const violations = fields.flatMap((field, index) => {
    if (granted.fields.includes(field)) return [];
    const remedy = "ask only for fields that ListCertificates names";
    const localized = `数据项${field}不可提取，只能提取ListCertificates列出的数据项`;
    return [{ field: `fields[${index}]`, description: `${field} may not be extracted`, remedy, localized }];
  });
  if (form === undefined || fetchableForms(granted, dataItems ?? []).includes(form)) return violations;
  const open = granted.files?.includes(form) === true;
  const description = open
    ? `${form} holds every data item, and not every one may be extracted`
    : `${form} may not be fetched in this matter`;
  const localized = open
    ? `${form}含全部数据项，而部分数据项不可提取；请取用ListCertificates列出的文件形式`
    : `该事项不可取用${form}，请取用ListCertificates列出的文件形式`;
  const remedy = "fetch a form that ListCertificates names";
  return [...violations, { field: "format", description, remedy, localized }];
}

/**
 * Forms of file that may be fetched of a certificate with these data items. The data message tells all of them, and so do its
 * signature's content and an OFD, which carries the message as an attachment: they need the right to every data item (5.9.6).
 */
export function fetchableForms({ fields, files = [] }: GrantedItem, dataItems: readonly string[]): FileForm[] {
  const every = dataItems.every((name) => fields.includes(name));
  return files.filter((form) => every || !HOLDS_MESSAGE.has(form));
}

/** Forms that always hold the data message or what it is proven by. Some PDFs embed it too: their content tells, when they are released. */
export const HOLDS_MESSAGE: ReadonlySet<FileForm> = new Set(["ofd", "message", "message-signature"]);

/**
 * The fields of business data that were asked for, and nothing else (minimum disclosure, 5.9.6). Fields that the data do
 * not have are left out: they are optional in the item's schema.
 */
export function selectFields(data: JsonObject, fields: readonly string[]): JsonObject {
  const present = [...new Set(fields)].filter((field) => Object.hasOwn(data, field));
  // fromEntries defines members, so that a field named __proto__ is data as well.
  return Object.fromEntries(present.map((field): [string, Json] => [field, data[field] as Json]));
}
