import { existsSync, writeFileSync } from "node:fs";
import type { JsonObject } from "@bufbuild/protobuf";
import { SandboxService } from "../../../proto/gen/ecert/governance/v1/sandbox_service_pb.ts";
import { refuseArgument } from "../../../services/domain/refusal.ts";
import type { Asked, Group } from "./action.ts";
import { calledJson } from "./caller.ts";
import { table } from "./table.ts";

const { listSandboxCalls, checkSandbox } = SandboxService.method;

/** 6.2.4: what a department's system does in a sandbox. */
export const SANDBOX: Group = {
  word: "sandbox",
  chinese: "沙箱检测",
  english: "what systems send to a sandbox, and the report of it",
  actions: {
    calls: {
      kind: "list",
      method: listSandboxCalls,
      records: "calls",
      keys: ["appKey"],
      takes: ["APP"],
      columns: ["number", "time", "method", "outcome", "fields", "identifier", "itemCode", "requestId", "milliseconds"],
      chinese: "系统发来的调用，最近的在前",
      english: "what a system has sent, the newest first",
    },
    check: {
      kind: "run",
      keys: [],
      takes: ["APP"],
      chinese: "检测系统已完成的步骤；报告写入文件，附于开通申请",
      english: "which of the five steps it has done; the report goes to a file, for the opening request",
      options: {
        out: {
          value: "FILE",
          chinese: "报告写入该文件（须尚不存在）",
          english: "file for the report, which must not be there",
        },
      },
      run: check,
    },
  },
};

async function check(asked: Asked): Promise<{ json: JsonObject; text: string }> {
  const { out } = asked.options;
  if (typeof out === "string" && existsSync(out)) {
    const description = `${out} 已存在 · is there already`;
    throw refuseArgument("ALREADY_EXISTS", "--out", description, "name a new file");
  }
  const json = await calledJson(asked, checkSandbox, { appKey: asked.arguments[0] ?? "" });
  if (typeof out === "string") writeFileSync(out, Buffer.from(String(json.report), "base64"), { flag: "wx" });
  const rows = (json.steps as JsonObject[]).map((step) => ({ ...step, done: step.done ? "✓" : "-" }));
  const enough = (member: string) => (json[member] ? "✓" : "-");
  return {
    json,
    text: [
      table(rows, ["done", "name", "time", "outcome", "identifier", "times"]),
      `发证开通 issuing ${enough("enoughForIssuing")}   用证开通 usage ${enough("enoughForUsage")}\n`,
    ].join(""),
  };
}
