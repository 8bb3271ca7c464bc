import { create, type JsonObject, toJson } from "@bufbuild/protobuf";
import type { RowFault } from "../../../proto/gen/ecert/identity/v1/account_import_pb.ts";
import {
  AccountService,
  ImportAccountsRequestSchema,
  type ImportAccountsResponse,
  ImportAccountsResponseSchema,
} from "../../../proto/gen/ecert/identity/v1/account_service_pb.ts";
import { PasswordService } from "../../../proto/gen/ecert/identity/v1/password_service_pb.ts";
import { SessionService } from "../../../proto/gen/ecert/identity/v1/session_service_pb.ts";
import { Refusal } from "../../../services/domain/refusal.ts";
import { readInput } from "../arguments.ts";
import { COLUMNS_TOLD, type FiledRow, readAccountRows } from "./account-rows.ts";
import type { Asked, Group } from "./action.ts";
import { getAction, listAction, putAction } from "./actions.ts";
import { called, calledJson } from "./caller.ts";

const accounts = AccountService.method;
const passwords = PasswordService.method;

/** Rows of one call at most. */
const AT_ONCE = 500;

/** 6.2.4.1: accounts of staff. */
export const ACCOUNT: Group = {
  word: "account",
  chinese: "工作人员账户",
  english: "accounts of staff, and the certificates that sign in to them",
  actions: {
    put: putAction(accounts.putAccount, "account", ["id"]),
    list: listAction(accounts.listAccounts, "accounts", ["id", "name", "departmentCode", "roles", "disabled"]),
    get: getAction(accounts.getAccount, ["id"], ["ID"]),
    bind: {
      kind: "run",
      keys: [],
      takes: ["ID", "FILE"],
      chinese: "绑定数字证书（PEM），可与原证书并存",
      english: "binds a certificate (PEM), beside those that there are",
      run: bind,
    },
    unbind: {
      kind: "call",
      method: accounts.unbindCertificate,
      keys: ["id", "fingerprint"],
      takes: ["ID", "FINGERPRINT"],
      chinese: "解除遗失的证书：即时不能登录，5秒内会话终止",
      english: "unbinds a lost certificate: nobody signs in with it any more, its sessions end within 5 seconds",
    },
    "sign-out": {
      kind: "call",
      method: SessionService.method.endSessions,
      keys: ["id"],
      takes: ["ID"],
      chinese: "终止账户的全部会话，5秒内生效；证书和角色不变",
      english: "ends all its sessions within 5 seconds; certificates and roles stay",
    },
    close: {
      kind: "call",
      method: accounts.closeAccount,
      keys: ["id"],
      takes: ["ID"],
      chinese: "停用账户，其余不变",
      english: "disables an account, and changes nothing else of it",
    },
    "set-password": {
      kind: "run",
      keys: [],
      takes: ["ID"],
      chinese: "为系统管理账户设置初始密码，由本人在24小时内更换（须节点启用密码）",
      english: "gives a system account a password to start with, for its owner to exchange within 24 hours",
      run: setPassword,
    },
    "remove-password": {
      kind: "call",
      method: passwords.removePassword,
      keys: ["id"],
      takes: ["ID"],
      chinese: "取消账户的密码：即时不能登录，5秒内会话终止",
      english: "takes its password away: nobody signs in by it any more, its sessions end within 5 seconds",
    },
    import: {
      kind: "run",
      keys: [],
      takes: ["FILE"],
      chinese: `批量开设、更改（.csv 或 JSON），有误则一概不存；列：${COLUMNS_TOLD}`,
      english: "opens and changes those of a list, all or none; a table (.csv) of these columns, or JSON of AccountRow",
      options: { "dry-run": { value: "", chinese: "只检查", english: "only checks" } },
      run: importList,
    },
  },
};

async function bind(asked: Asked): Promise<{ json: JsonObject; text: string }> {
  const [id = "", file = ""] = asked.arguments;
  const certificatePem = Buffer.from(readInput(file)).toString();
  const json = await calledJson(asked, accounts.bindCertificate, { id, certificatePem });
  return { json, text: `已绑定 · bound: ${id}\n` };
}

async function setPassword(asked: Asked): Promise<{ json: JsonObject; text: string }> {
  const json = await calledJson(asked, passwords.setPassword, { id: asked.arguments[0] as string });
  return { json, text: `初始密码 start password: ${json.startPassword}\n有效至 good until: ${json.expires}\n` };
}

async function importList(asked: Asked): Promise<{ json: JsonObject; text: string }> {
  const rows = readAccountRows(asked.arguments[0] as string);
  const parts = Array.from({ length: Math.ceil(rows.length / AT_ONCE) }, (_, at) =>
    rows.slice(at * AT_ONCE, (at + 1) * AT_ONCE),
  );
  const only = asked.options["dry-run"] === true;
  const answers: ImportAccountsResponse[] = [];
  // A list of several parts is looked at as a whole before the first part of it is stored.
  if (only || parts.length > 1) answers.push(...(await allParts(asked, parts, true)));
  if (!only) answers.splice(0, answers.length, ...(await allParts(asked, parts, false)));
  const whole = create(ImportAccountsResponseSchema, {
    stored: !only,
    accounts: answers.flatMap((answer) => answer.accounts),
  });
  const json = toJson(ImportAccountsResponseSchema, whole, { alwaysEmitImplicit: true }) as JsonObject;
  return { json, text: toldText(json) };
}

async function allParts(
  asked: Asked,
  parts: readonly (readonly FiledRow[])[],
  dryRun: boolean,
): Promise<ImportAccountsResponse[]> {
  const answers: ImportAccountsResponse[] = [];
  const wrong: string[] = [];
  for (const part of parts) {
    const request = create(ImportAccountsRequestSchema, { rows: part.map(({ row }) => row), dryRun });
    const answer = (await called(asked, accounts.importAccounts, request)) as ImportAccountsResponse;
    answers.push(answer);
    wrong.push(...answer.faults.map((fault) => faultText(fault, part)));
  }
  if (wrong.length === 0) return answers;
  const told = `${wrong.join("\n  ")}\n一概未存 · nothing is stored`;
  throw new Refusal("INVALID_FIELD", `${wrong.length} 处有误 · faults:\n  ${told}`);
}

/** A fault at its place in the file. */
function faultText({ field, description, remedy, localized }: RowFault, part: readonly FiledRow[]): string {
  const [, at = "", member = ""] = /^rows\[(\d+)\]\.?(.*)$/.exec(field) ?? [];
  const place = part[Number(at)]?.place ?? field;
  return `${place} ${member}: ${localized} · ${description}${remedy === "" ? "" : `; ${remedy}`}`;
}

const OUTCOMES = { OPENED: "新开 opened", CHANGED: "更改 changed", UNCHANGED: "未变 unchanged" } as const;

function toldText({ stored, accounts: imported }: JsonObject): string {
  const outcomes = (imported as JsonObject[]).map(({ outcome }) => String(outcome).replace("IMPORT_OUTCOME_", ""));
  const counts = Object.entries(OUTCOMES).map(
    ([name, told]) => `${told} ${outcomes.filter((outcome) => outcome === name).length}`,
  );
  return `${stored === true ? "已存 · stored" : "仅检查，未存 · checked, nothing stored"}: ${counts.join(", ")}\n`;
}
