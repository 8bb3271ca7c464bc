import type { MatterService } from "../../../proto/gen/ecert/catalog/v1/matter_service_pb.ts";
import type { Handlers } from "../../call/chain/service.ts";
import { canonicalJson, type JsonObject } from "../../domain/canonical.ts";
import type { Reach } from "../../domain/permit.ts";
import { Refusal, refuseField } from "../../domain/refusal.ts";
import { unlessTaken } from "../../store/insert-new.ts";
import type { CatalogContext } from "../context.ts";
import type { ImportDocument, ImportPreview } from "../matters/import-record.ts";
import { importView } from "../matters/import-view.ts";
import { notReady, ownImport } from "../matters/own-import.ts";
import { targetOf } from "../matters/work.ts";

const WEEK_MS = 7 * 86_400_000;

/** 6.2.2.2: accepts a file as it was previewed. What the answer says is durable, and is carried to its end. */
export function applyMatterImport(context: CatalogContext): Handlers<typeof MatterService>["applyMatterImport"] {
  const { matters, runtime } = context;
  return async ({ importId, previewSha256, partial }, call) => {
    const found = await ownImport(context, importId, call);
    const { preview } = found;
    const isAccepted = found.state === "applying" || found.state === "done";
    if (!preview || (found.state !== "previewed" && !isAccepted)) {
      throw notReady(found, "it is accepted after its preview", "比对完成后才能确认入库");
    }
    requirePreview(preview, previewSha256);
    if (isAccepted) return { import: importView(found, runtime.now()) };
    if (preview.counts.faulty > 0 && !partial) throw rowsFaulty(preview.counts.faulty);
    requireSameReach(found.reach, call.reach);
    if (await targetOf(context, found).changedSince(preview.at)) throw outdated();
    const now = runtime.now();
    const accepted: ImportDocument = {
      ...found,
      state: "applying",
      open: "applying",
      gate: "applying",
      partial,
      doneRows: 0,
      expires: new Date(now.getTime() + WEEK_MS).toISOString(),
    };
    const stored = await unlessTaken(async () => (await matters.imports.replace(accepted)) ?? ("changed" as const));
    if (stored === undefined) throw notReady(found, "another import is being stored", "另有导入正在入库，请稍后再确认");
    if (stored === "changed") throw new Refusal("REVISION_CONFLICT", `import ${importId} has changed meanwhile`);
    matters.work.ring();
    return { import: importView(stored, now) };
  };
}

function requirePreview({ sha256 }: ImportPreview, named: string): void {
  if (named === sha256) return;
  throw refuseField(
    "INVALID_FIELD",
    "preview_sha256",
    "is not that of the preview",
    "look at the preview as it is now, and name its preview_sha256",
    "与当前比对结果不一致，请查看最新比对结果后再确认",
  );
}

function rowsFaulty(count: number): Refusal {
  return refuseField(
    "INVALID_FIELD",
    "import_id",
    `${count} rows are faulty`,
    "correct them (ListMatterImportRows) and import the file anew, or ask for `partial`",
    `有${count}行不合格，请更正后重新导入，或选择仅导入合格的行（partial）`,
  );
}

/** What was previewed by what somebody saw then is not stored by who sees less now. */
function requireSameReach(previewed: Reach, now: Reach): void {
  const json = (reach: Reach) => canonicalJson(reach as unknown as JsonObject);
  if (now.kind !== "all" && json(previewed) !== json(now)) throw outdated();
}

function outdated(): Refusal {
  return refuseField(
    "REVISION_CONFLICT",
    "import_id",
    "what it was compared with, or how far you see, has changed since",
    "preview it again (PreviewMatterImport)",
    "比对后事项或您的管辖范围已变更，请重新比对",
  );
}
