import type { DescMethodUnary } from "@bufbuild/protobuf";
import type { ActionOption, AmendAction, GetAction, ListAction, PutAction } from "./action.ts";

const REPLACE: ActionOption = {
  value: "",
  chinese: "整体替换：文件未写的内容清空",
  english: "replaces the record: what the file does not name is emptied",
};

/** Why something is taken back, for the chain of evidence. */
export const CAUSE: ActionOption = {
  value: "TEXT",
  chinese: "原因，记入证据链",
  english: "why, for the chain of evidence",
  required: true,
};

/** Puts records from files. */
export function putAction(method: DescMethodUnary, record: string, keys: readonly string[]): PutAction {
  const partial = method.input.fields.some(({ name }) => name === "update_mask");
  return {
    kind: "put",
    method,
    record,
    keys,
    takes: ["FILE…"],
    chinese: partial ? `按文件登记、更改；文件未写的内容不变` : "按文件登记、更改",
    english: `${partial ? "stores; what a file does not name stays as it is" : "stores"} (JSON of ${method.input.name}, one or a list; - reads standard input)`,
    ...(partial && { options: { replace: REPLACE } }),
  };
}

/** Reads one record by its keys. */
export function getAction(method: DescMethodUnary, keys: readonly string[], takes: readonly string[]): GetAction {
  return {
    kind: "get",
    method,
    keys,
    takes,
    chinese: "查看一项，形式同登记文件",
    english: "shows one, in the form in which it is put",
  };
}

/** Lists all. */
export function listAction(method: DescMethodUnary, records: string, columns: readonly string[]): ListAction {
  return { kind: "list", method, records, columns, keys: [], takes: [], chinese: "列出", english: "lists them" };
}

/** Changes what `members` gives, and nothing else. */
export function amendAction(
  method: DescMethodUnary,
  record: string,
  keys: readonly string[],
  takes: readonly string[],
  told: Pick<AmendAction, "chinese" | "english" | "members">,
): AmendAction {
  return { kind: "amend", method, record, keys, takes, ...told };
}
