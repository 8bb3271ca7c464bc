import { ListService } from "../../../proto/gen/ecert/catalog/v1/list_service_pb.ts";
import type { Group } from "./action.ts";
import { getAction, listAction, putAction } from "./actions.ts";

const lists = ListService.method;
const REMARK = { value: "TEXT", chinese: "意见", english: "what is said with it" } as const;

/** 4.3.2, 6.2.3.1: obligatory lists, their changes, and what they make together. */
export const LIST: Group = {
  word: "list",
  chinese: "应开通目录",
  english: "what the departments of a division have to issue electronically",
  actions: {
    "set-up": {
      ...putAction(lists.setUpList, "change", ["id"]),
      chinese: "运维设立目录：立即生效",
      english:
        "an operator puts a list in force at once (JSON of SetUpListRequest, one or a list; - reads standard input)",
    },
    prepare: {
      ...putAction(lists.prepareListChange, "change", ["id"]),
      chinese: "目录管理员拟稿：发布前不生效",
      english:
        "a member of staff drafts a change (JSON of PrepareListChangeRequest, one or a list; - reads standard input)",
    },
    publish: {
      kind: "call",
      method: lists.publishListChange,
      keys: ["id", "sha256"],
      takes: ["ID", "SHA256"],
      chinese: "由另一目录管理员发布，注明所核对内容的摘要（get 所示）",
      english: "another member of staff publishes it, naming the digest of what was read (get shows it)",
      options: { remark: REMARK },
    },
    discard: {
      kind: "call",
      method: lists.discardListChange,
      keys: ["id"],
      takes: ["ID"],
      chinese: "作废拟稿",
      english: "gives a draft up",
      options: { remark: { ...REMARK, required: true } },
    },
    get: getAction(lists.getListChange, ["id"], ["ID"]),
    changes: {
      ...listAction(lists.listListChanges, "changes", ["id", "division", "state"]),
      chinese: "列出目录变更",
      english: "lists changes, the newest of each division first",
    },
    entries: {
      ...listAction(lists.listListEntries, "entries", [
        ...["itemCode", "target", "levels", "departments", "from", "until", "carriedOver"],
      ]),
      keys: ["division"],
      takes: ["DIVISION"],
      chinese: "一级管理机构列入、指定的条目，含已截止的",
      english: "what the body of a division has put on its list, ended entries too",
    },
    effective: {
      ...listAction(lists.getEffectiveList, "entries", [
        ...["itemCode", "departments", "causes.0.kind", "causes.0.division", "causes.0.from", "causes.0.until"],
      ]),
      keys: ["division", "day"],
      takes: ["DIVISION", "DAY"],
      chinese: "某日的应开通目录及每条的由来",
      english: "the effective list of a division on a day, and why each item is on it",
    },
    kept: {
      ...listAction(lists.listKeptLists, "lists", ["node", "division", "changes", "changedAt"]),
      chinese: "本节点现有的目录",
      english: "lists that the node has, its own and those of other nodes",
    },
  },
};
