import type { MatterService } from "../../../proto/gen/ecert/catalog/v1/matter_service_pb.ts";
import type { Handlers } from "../../call/chain/service.ts";
import { foreignPageToken } from "../../domain/refusal.ts";
import type { CatalogContext } from "../context.ts";
import { type ComparedRow, pieceId, type RowOutcome } from "../matters/import-record.ts";
import { nameOf, OUTCOMES, rowView } from "../matters/import-view.ts";
import { notReady, ownImport } from "../matters/own-import.ts";

/** What is listed where nothing else is asked for. */
const TELLING: readonly RowOutcome[] = ["added", "changed", "ended", "faulty"];
/** Pieces that one page looks through. */
const MOST_PIECES = 20;

/** 6.2.2.2: lists what a file changes, row by row. */
export function listMatterImportRows(context: CatalogContext): Handlers<typeof MatterService>["listMatterImportRows"] {
  return async ({ importId, outcomes, pageSize, pageToken }, call) => {
    const found = await ownImport(context, importId, call);
    const { preview } = found;
    if (!preview) throw notReady(found, "rows are listed after its preview", "比对完成后才能查看各行");
    const wanted = new Set(outcomes.length === 0 ? TELLING : outcomes.map((one) => nameOf(OUTCOMES, one)));
    const size = pageSize || 50;
    const rows: ComparedRow[] = [];
    let [piece, place] = pageToken ? placeIn(pageToken, preview.sha256) : [0, 0];
    for (let looked = 0; piece < preview.pieces && looked < MOST_PIECES; looked++) {
      const stored = (await context.matters.pieces.get(pieceId(importId, "rows", piece)))?.rows ?? [];
      while (place < stored.length && rows.length < size) {
        const row = stored[place++] as ComparedRow;
        if (wanted.has(row.outcome)) rows.push(row);
      }
      if (place < stored.length) break;
      [piece, place] = [piece + 1, 0];
      if (rows.length === size) break;
    }
    const next = piece < preview.pieces ? tokenOf(preview.sha256, piece, place) : "";
    return { rows: rows.map(rowView), nextPageToken: next };
  };
}

function tokenOf(preview: string, piece: number, place: number): string {
  return Buffer.from(JSON.stringify([preview.slice(0, 16), piece, place])).toString("base64url");
}

function placeIn(token: string, preview: string): [number, number] {
  let parts: unknown;
  try {
    parts = JSON.parse(Buffer.from(token, "base64url").toString());
  } catch {
    // Told below.
  }
  const [mark, piece, place] = Array.isArray(parts) && parts.length === 3 ? parts : [];
  const sound = [piece, place].every((one) => Number.isSafeInteger(one) && one >= 0);
  if (mark === preview.slice(0, 16) && sound) return [piece, place];
  throw foreignPageToken();
}
