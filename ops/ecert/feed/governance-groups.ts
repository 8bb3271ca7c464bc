import { basename, extname } from "node:path";
import { type JsonObject, toJson } from "@bufbuild/protobuf";
import type { ChangeAction } from "../../../proto/gen/ecert/governance/v1/change_pb.ts";
import { ChangeService } from "../../../proto/gen/ecert/governance/v1/change_service_pb.ts";
import type { EntryAction } from "../../../proto/gen/ecert/governance/v1/entry_pb.ts";
import { EntryService } from "../../../proto/gen/ecert/governance/v1/entry_service_pb.ts";
import {
  type OpeningRequestAction,
  OpeningRequestService,
} from "../../../proto/gen/ecert/governance/v1/opening_request_service_pb.ts";
import { PaperSchema } from "../../../proto/gen/ecert/governance/v1/paper_pb.ts";
import {
  PaperService,
  PutPaperRequestSchema,
  type PutPaperResponse,
} from "../../../proto/gen/ecert/governance/v1/paper_service_pb.ts";
import { requestOfJson } from "../../../services/call/request/parse-request.ts";
import { readInput } from "../arguments.ts";
import type { Action, ActionOption, Asked, Group } from "./action.ts";
import { getAction, listAction, putAction } from "./actions.ts";
import { called, calledJson } from "./caller.ts";

const entries = EntryService.method;
const changes = ChangeService.method;

const requests = OpeningRequestService.method;

const REMARK: ActionOption = { value: "TEXT", chinese: "意见", english: "what is said with it" };
const NEEDED: ActionOption = { ...REMARK, required: true };

/** What a step is called, for people. */
interface Told {
  chinese: string;
  english: string;
}

/** A step of a case, named by its key and by the revision that was read of it (`get` shows it). */
function stepAction(
  key: "code" | "id",
  action: string,
  told: Told,
  method:
    | (typeof entries)["takeEntryStep"]
    | (typeof changes)["takeChangeStep"]
    | (typeof requests)["takeOpeningRequestStep"],
  remark = REMARK,
): Action {
  return {
    ...{ kind: "run", keys: [], takes: [key.toUpperCase(), "REVISION"], ...told, options: { remark } },
    async run(asked) {
      const [name = "", read = ""] = asked.arguments;
      const said = { revision: read, remark: String(asked.options.remark ?? "") };
      const json = await calledJson(asked, method, { [key]: name, action, ...said });
      const { state, fault } = (json.entry ?? json.change ?? json.request) as JsonObject;
      return { json, text: `${name}: ${state}${fault ? ` ${fault}` : ""}\n` };
    },
  };
}

const entryStep = (action: keyof typeof EntryAction, told: Told, remark?: ActionOption) =>
  stepAction("code", `ENTRY_ACTION_${action}`, told, entries.takeEntryStep, remark);
const changeStep = (action: keyof typeof ChangeAction, told: Told, remark?: ActionOption) =>
  stepAction("id", `CHANGE_ACTION_${action}`, told, changes.takeChangeStep, remark);

const requestStep = (action: keyof typeof OpeningRequestAction, told: Told, remark?: ActionOption) =>
  stepAction("id", `OPENING_REQUEST_ACTION_${action}`, told, requests.takeOpeningRequestStep, remark);

const SUBMIT = { chinese: "提交", english: "submits it to the management body" };
const RETURN = { chinese: "退回", english: "sends it back, saying why" };
const WITHDRAW = { chinese: "撤回", english: "takes it back, saying why" };

/** 6.2.2.1, 6.4.1.1: departments that enter. */
export const ENTRY: Group = {
  word: "entry",
  chinese: "部门进驻",
  english: "departments that enter the platform",
  actions: {
    put: putAction(entries.putEntry, "entry", ["code"]),
    list: listAction(entries.listEntries, "entries", ["code", "name", "division", "state", "fault"]),
    get: getAction(entries.getEntry, ["code"], ["CODE"]),
    submit: entryStep("SUBMIT", SUBMIT),
    accept: entryStep("ACCEPT", {
      chinese: "核验通过，随即初始设置",
      english: "finds it good; the node sets it up",
    }),
    return: entryStep("RETURN", RETURN, NEEDED),
    withdraw: entryStep("WITHDRAW", WITHDRAW, NEEDED),
  },
};

/** Change of name, closing, merger and split of departments. */
export const CHANGE: Group = {
  word: "change",
  chinese: "部门变更（更名、撤销、合并、拆分）",
  english: "change of name, closing, merger and split of departments",
  actions: {
    put: putAction(changes.putChange, "change", ["id"]),
    list: listAction(changes.listChanges, "changes", ["id", "kind", "departmentCode", "effectiveOn", "state", "fault"]),
    get: getAction(changes.getChange, ["id"], ["ID"]),
    submit: changeStep("SUBMIT", SUBMIT),
    confirm: changeStep("CONFIRM", {
      chinese: "确认，此后不能撤回",
      english: "confirms it; not taken back from then on",
    }),
    return: changeStep("RETURN", RETURN, NEEDED),
    withdraw: changeStep("WITHDRAW", WITHDRAW, NEEDED),
  },
};

/** 6.4.5.1, 6.4.6.1: requests for openings. */
export const OPENING_REQUEST: Group = {
  word: "opening-request",
  chinese: "开通申请（发证、用证）",
  english: "requests for openings: of issuing and of use",
  actions: {
    put: putAction(requests.putOpeningRequest, "request", ["id"]),
    list: listAction(requests.listOpeningRequests, "requests", ["id", "departmentCode", "state", "carried", "fault"]),
    get: getAction(requests.getOpeningRequest, ["id"], ["ID"]),
    submit: requestStep("SUBMIT", SUBMIT),
    confirm: requestStep("CONFIRM", { chinese: "确认，由节点开通", english: "confirms it; the node opens it" }),
    return: requestStep("RETURN", RETURN, NEEDED),
    withdraw: requestStep("WITHDRAW", WITHDRAW, NEEDED),
  },
};

const MEDIA_TYPES: Readonly<Record<string, string>> = {
  ".pdf": "application/pdf",
  ".jpg": "image/jpeg",
  ".jpeg": "image/jpeg",
  ".png": "image/png",
  ".ofd": "application/ofd",
  ".txt": "text/plain",
};

/** Papers of cases. */
export const PAPER: Group = {
  word: "paper",
  chinese: "办理材料",
  english: "papers of cases: scanned forms, decisions, reports",
  actions: {
    put: {
      ...{ kind: "run", keys: [], takes: ["FILE"], run: putPaper },
      chinese: "上传材料（PDF、JPEG、PNG、OFD、TXT，5 MiB以内），得到办理事项所填的摘要",
      english: "hands one in (PDF, JPEG, PNG, OFD, TXT, up to 5 MiB) and shows the digest by which cases name it",
      options: {
        kind: {
          value: "KIND",
          chinese: "REGISTRATION_FORM、DECISION、SERVICE_GOALS、SERVICE_HANDBOOK、SANDBOX_REPORT 或 OTHER",
          english: "what it is, one of these",
          required: true,
        },
      },
    },
  },
};

async function putPaper(asked: Asked): Promise<{ json: JsonObject; text: string }> {
  const [path = ""] = asked.arguments;
  const content = Buffer.from(readInput(path)).toString("base64");
  const mediaType = MEDIA_TYPES[extname(path).toLowerCase()] ?? "application/octet-stream";
  const kind = `PAPER_KIND_${String(asked.options.kind).toUpperCase()}`;
  const request = requestOfJson(PutPaperRequestSchema, { name: basename(path), mediaType, content, kind });
  const { paper } = (await called(asked, PaperService.method.putPaper, request)) as PutPaperResponse;
  const json = paper ? (toJson(PaperSchema, paper) as JsonObject) : {};
  return { json, text: `${paper?.sha256}  ${basename(path)}\n` };
}
