import { callerName } from "../../call/chain/caller.ts";
import type { CallContext } from "../../call/chain/service.ts";
import { type Refusal, refuseField } from "../../domain/refusal.ts";
import type { CatalogContext } from "../context.ts";
import type { ImportDocument, ImportState } from "./import-record.ts";

/** An import, to whoever began it and to who sees the whole node. Refused: `IMPORT_UNKNOWN`. */
export async function ownImport(
  { matters }: CatalogContext,
  id: string,
  { caller, reach }: CallContext,
): Promise<ImportDocument> {
  const found = await matters.imports.get(id);
  if (found && (found.by === callerName(caller) || reach.kind === "all")) return found;
  throw refuseField(
    "IMPORT_UNKNOWN",
    "import_id",
    `no import ${id} of yours`,
    "begin it with StartMatterImport; one that is not applied is forgotten after a day",
    `您没有导入任务${id}（未确认的任务一天后删除），请重新导入`,
  );
}

/** The refusal of a step for which an import is not ready. */
export function notReady({ _id: id, state }: ImportDocument, wanted: string, chinese: string): Refusal {
  return refuseField(
    "STEP_REFUSED",
    "import_id",
    `import ${id} is ${state}: ${wanted}`,
    "ask GetMatterImport where it stands",
    `导入任务${id}处于“${STATES[state]}”，${chinese}`,
  );
}

const STATES: Readonly<Record<ImportState, string>> = {
  receiving: "接收中",
  received: "已接收",
  comparing: "比对中",
  previewed: "已比对",
  unreadable: "无法读取",
  applying: "入库中",
  done: "已完成",
};
