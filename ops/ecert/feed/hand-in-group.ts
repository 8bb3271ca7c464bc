import { extname } from "node:path";
import { create, type JsonObject, toJson } from "@bufbuild/protobuf";
import {
  HandInFormat,
  HandInKind,
  HandInService,
  PutHandInRequestSchema,
  type PutHandInResponse,
  PutHandInResponseSchema,
} from "../../../proto/gen/ecert/governance/v1/hand_in_service_pb.ts";
import { Refusal, refuseArgument } from "../../../services/domain/refusal.ts";
import { readInput } from "../arguments.ts";
import type { ActionOption, Asked, Group } from "./action.ts";
import { listAction } from "./actions.ts";
import { called, listed } from "./caller.ts";

const method = HandInService.method;
const FORMATS: Readonly<Record<string, HandInFormat>> = {
  ".csv": HandInFormat.CSV,
  ".xlsx": HandInFormat.XLSX,
  ".json": HandInFormat.JSON,
};
const KINDS: Readonly<Record<string, HandInKind>> = {
  issuing: HandInKind.ISSUING,
  usage: HandInKind.USAGE,
  systems: HandInKind.SYSTEMS,
};
const KIND: ActionOption = {
  value: "KIND",
  chinese: "issuing（发证清单）、usage（用证清单）或 systems（业务系统信息表）",
  english: "which list, one of these",
  required: true,
};

/** 6.4.2.1, 4.5.2: lists that departments hand in. */
export const HAND_IN: Group = {
  word: "hand-in",
  chinese: "部门提交的清单",
  english: "lists that departments hand in: what they issue, use, and by what systems",
  actions: {
    put: {
      ...{ kind: "run", keys: [], takes: ["DEPARTMENT", "FILE"], run: putList },
      chinese: "提交清单（.csv .xlsx .json），有误则一概不存",
      english: "hands one in (.csv .xlsx .json); with a fault nothing is stored",
      options: { kind: KIND, "dry-run": { value: "", chinese: "只检查", english: "only checks" } },
    },
    list: listAction(method.listHandIns, "handIns", ["departmentCode", "kind", "version", "rows", "at", "by"]),
    rows: {
      ...{ kind: "run", keys: [], takes: ["DEPARTMENT"], run: listRows },
      chinese: "查看最新清单的各行（JSON）",
      english: "shows the rows of the newest (JSON)",
      options: { kind: KIND },
    },
  },
};

async function putList(asked: Asked): Promise<{ json: JsonObject; text: string }> {
  const [departmentCode = "", path = ""] = asked.arguments;
  const format = FORMATS[extname(path).toLowerCase()];
  if (format === undefined) {
    const told = `无法判断格式 ${path} · cannot tell the form of ${path}`;
    throw refuseArgument("INVALID_FIELD", "FILE", told, "name a file .csv, .xlsx or .json");
  }
  const file = new Uint8Array(readInput(path));
  const dryRun = asked.options["dry-run"] === true;
  const request = create(PutHandInRequestSchema, { departmentCode, kind: kindOf(asked), format, file, dryRun });
  const answer = (await called(asked, method.putHandIn, request)) as PutHandInResponse;
  if (answer.faultCount > 0) throw faulty(path, answer);
  const { version, rows, added, removed } = answer;
  const json = toJson(PutHandInResponseSchema, answer, { alwaysEmitImplicit: true }) as JsonObject;
  const end = dryRun ? "仅检查，未存 checked, nothing stored" : `第${version}版 version ${version}`;
  return { json, text: `${end}: ${rows} 行 rows, +${added} −${removed}\n` };
}

async function listRows(asked: Asked): Promise<{ json: JsonObject; text: string }> {
  const [departmentCode = ""] = asked.arguments;
  const rows = await listed(asked, method.listHandedIn, "rows", { departmentCode, kind: kindOf(asked) });
  return { json: { rows }, text: `${rows.map(({ cells }) => JSON.stringify(cells)).join("\n")}\n` };
}

function kindOf({ options }: Asked): HandInKind {
  const kind = KINDS[String(options.kind)];
  if (kind !== undefined) return kind;
  const told = `没有清单 ${options.kind} · there is no list ${options.kind}`;
  throw refuseArgument("INVALID_FIELD", "--kind", told, `take ${Object.keys(KINDS).join(", ")}`);
}

function faulty(path: string, { faults, faultCount }: PutHandInResponse): Refusal {
  const lines = faults.map(({ row, column, localized, description, remedy }) => {
    return `${path}:${row} ${column}: ${localized} · ${description}; ${remedy}`;
  });
  return new Refusal(
    "INVALID_FIELD",
    `${faultCount} 处有误，一概未存 · faults, nothing is stored:\n  ${lines.join("\n  ")}`,
  );
}
