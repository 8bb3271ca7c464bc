import { randomUUID } from "node:crypto";
import type { MatterService } from "../../../proto/gen/ecert/catalog/v1/matter_service_pb.ts";
import { callerName } from "../../call/chain/caller.ts";
import type { Handlers } from "../../call/chain/service.ts";
import { Refusal } from "../../domain/refusal.ts";
import { isProvince } from "../../host/place.ts";
import { requireDay } from "../../registry/codes.ts";
import { pagesOf } from "../../store/pages-of.ts";
import type { CatalogContext } from "../context.ts";
import type { ImportDocument } from "../matters/import-record.ts";
import { FORMATS, importView, nameOf, TARGETS } from "../matters/import-view.ts";

/** Imports of one caller that may wait. */
const MOST_WAITING = 20;
const DAY_MS = 86_400_000;
const RETRY_MS = 60_000;

/** 6.2.2.2: begins an import; its parts follow. */
export function startMatterImport(context: CatalogContext): Handlers<typeof MatterService>["startMatterImport"] {
  const { matters, runtime } = context;
  return async (request, { caller, reach }) => {
    const { sha256, rowsOnly, endedOn } = request;
    const [target, format] = [nameOf(TARGETS, request.target), nameOf(FORMATS, request.format)];
    if (target === "directory") requireWholeProvince(context, reach.kind);
    if (endedOn) requireDay("ended_on", endedOn);
    const by = callerName(caller);
    const wanted = { target, format, sha256, rowsOnly, bytes: Number(request.bytes), ...(endedOn && { endedOn }) };
    const waiting: ImportDocument[] = [];
    for await (const page of pagesOf(matters.imports, { index: "callers", equals: [by] })) {
      waiting.push(...page.filter(({ state }) => state !== "done"));
    }
    const same = waiting.find((one) => one.state === "receiving" && isSame(one, wanted));
    if (same) return { import: importView(same, runtime.now()) };
    if (waiting.length >= MOST_WAITING) {
      const message = `${MOST_WAITING} of your imports wait: apply them, or wait until they are forgotten`;
      const localizedDetail = `您有${MOST_WAITING}个导入任务待确认，请先确认，或待其一天后删除`;
      throw new Refusal("OVERLOADED", message, { localizedDetail, retryAfterMs: RETRY_MS });
    }
    const now = runtime.now();
    const document: ImportDocument = {
      _id: randomUUID(),
      revision: 1,
      ...wanted,
      by,
      reach,
      state: "receiving",
      parts: [],
      startedAt: now.toISOString(),
      expires: new Date(now.getTime() + DAY_MS).toISOString(),
      doneRows: 0,
      totalRows: 0,
    };
    await matters.imports.insert(document);
    return { import: importView(document, now) };
  };
}

function isSame(
  document: ImportDocument,
  wanted: Pick<ImportDocument, "target" | "format" | "sha256" | "rowsOnly" | "bytes" | "endedOn">,
): boolean {
  const members = ["target", "format", "sha256", "rowsOnly", "bytes", "endedOn"] as const;
  return members.every((member) => document[member] === wanted[member]);
}

/** The directory is one for the province: whoever sees a part of it cannot say what it is. */
function requireWholeProvince({ runtime }: CatalogContext, reach: string): void {
  if (isProvince(runtime.config.node) && (reach === "all" || reach === "division")) return;
  const message = "the directory of matters is imported at the province, by its management body or its operators";
  const localizedDetail = "省事项目录由省级节点的管理机构或运维人员导入";
  throw new Refusal("PERMISSION_DENIED", message, { localizedDetail });
}
