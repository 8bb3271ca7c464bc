import type { JsonObject } from "@bufbuild/protobuf";
import { DraftService } from "../../../proto/gen/ecert/catalog/v1/draft_service_pb.ts";
import type { Asked, Group } from "./action.ts";
import { getAction, listAction, putAction } from "./actions.ts";
import { calledJson } from "./caller.ts";
import { table } from "./table.ts";

const drafts = DraftService.method;

/** 4.3.4: drafts of kinds of certificate. */
export const DRAFT: Group = {
  word: "draft",
  chinese: "目录草案：登记、变更、停用",
  english: "drafts of kinds of certificate: new ones, changes, retirements",
  actions: {
    list: listAction(drafts.listDrafts, "drafts", [
      "id",
      "itemCode",
      "baseVersion",
      "departmentCode",
      "state",
      "revision",
      "version",
      "openActions",
    ]),
    show: {
      ...getAction(drafts.getDraft, ["id"], ["ID"]),
      chinese: "查看一件：内容、各环节、同一目录项的其他草案",
      english: "shows one: what it says, its steps, other open drafts of its item",
    },
    diff: {
      kind: "run",
      keys: [],
      takes: ["ID"],
      chinese: "与所依据的版本（或指定的版本、草案）逐处比对",
      english: "tells where it differs from its base version, or from what is named",
      options: {
        version: { value: "N", chinese: "该目录项的一版", english: "a version of the item" },
        other: { value: "ID", chinese: "该目录项的另一草案", english: "another open draft of the item" },
      },
      run: compare,
    },
    put: putAction(drafts.putDraft, "draft", ["id", "revision", "state"]),
    step: {
      kind: "call",
      method: drafts.takeDraftStep,
      keys: ["id", "revision", "action"],
      takes: ["ID", "REVISION", "ITEM_DRAFT_ACTION_…"],
      chinese: "办理一个环节（须以工作人员身份登录）",
      english: "takes a step, as a member of staff",
      options: { remark: { value: "TEXT", chinese: "意见", english: "said with it" } },
    },
    rebase: {
      ...putAction(drafts.rebaseDraft, "draft", ["id", "baseVersion", "revision"]),
      chinese: "按文件与最新版本逐项合并",
      english: "bases it on the newest version, as a file chooses",
    },
  },
};

async function compare({ options, ...asked }: Asked): Promise<{ json: JsonObject; text: string }> {
  const { version, other } = options as Record<"version" | "other", string | undefined>;
  const request = {
    id: asked.arguments[0] as string,
    ...(version !== undefined && { version: Number(version) }),
    ...(other !== undefined && { otherId: other }),
  };
  const json = await calledJson({ ...asked, options }, drafts.compareDraft, request);
  const differences = (json.differences ?? []) as JsonObject[];
  if (differences.length === 0) return { json, text: "没有差异 · no difference\n" };
  const more = Number(json.moreDifferences ?? 0);
  const text = table(differences, ["label", "kind", "before", "after", "pointer"]);
  return { json, text: more > 0 ? `${text}另有 ${more} 处 · ${more} more\n` : text };
}
