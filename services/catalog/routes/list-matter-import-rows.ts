import type { MatterService } from "../../../proto/gen/ecert/catalog/v1/matter_service_pb.ts";
import type { Handlers } from "../../call/chain/service.ts";
import { foreignPageToken } from "../../domain/refusal.ts";
import { holdsPart } from "../../store/fitting-page.ts";
import { orderedPart } from "../../store/ordered-page.ts";
import type { KeyValue, Page } from "../../store/port.ts";
import type { CatalogContext } from "../context.ts";
import { type ComparedRow, type ImportPreview, pieceId, type RowOutcome } from "../matters/import-record.ts";
import { nameOf, OUTCOMES, rowView } from "../matters/import-view.ts";
import { notReady, ownImport } from "../matters/own-import.ts";

/** What is listed where nothing else is asked for. */
const TELLING: readonly RowOutcome[] = ["added", "changed", "ended", "faulty"];
/** Pieces that one page looks through. */
const MOST_PIECES = 20;

const KEYS: Readonly<Record<string, (one: ComparedRow) => KeyValue>> = {
  // What ends stands in no row, behind them all.
  row: ({ row }) => row || Number.MAX_SAFE_INTEGER,
  code: ({ code = "" }) => code,
  name: ({ name = "" }) => name,
};

/** 6.2.2.2: lists what a file changes, row by row, or in the order asked for. */
export function listMatterImportRows(context: CatalogContext): Handlers<typeof MatterService>["listMatterImportRows"] {
  return async ({ importId, outcomes, search, orderBy, pageSize, pageToken }, call) => {
    const found = await ownImport(context, importId, call);
    const { preview } = found;
    if (!preview) throw notReady(found, "rows are listed after its preview", "比对完成后才能查看各行");
    const wanted = new Set(outcomes.length === 0 ? TELLING : outcomes.map((one) => nameOf(OUTCOMES, one)));
    const fits = ({ outcome, code = "", name = "" }: ComparedRow) =>
      wanted.has(outcome) && holdsPart(search, [code, name]);
    const ask = (part: Part) => rowsBehind(context, { importId, preview, fits }, part);
    const part = { limit: pageSize || 50, after: pageToken };
    const order = { orderBy, keys: KEYS, idOf: ({ row, code = "" }: ComparedRow) => `${row} ${code}` };
    // Rows stand in the order of the file, whatever there are of them.
    const { items, next = "" } =
      orderBy === "" || orderBy === "row" ? await ask(part) : await orderedPart(ask, part, order);
    return { rows: items.map(rowView), nextPageToken: next };
  };
}

interface Part {
  limit: number;
  after?: string;
}

/** A page of those rows that fit, as they stand in the file. */
async function rowsBehind(
  { matters }: CatalogContext,
  { importId, preview, fits }: { importId: string; preview: ImportPreview; fits: (row: ComparedRow) => boolean },
  { limit, after = "" }: Part,
): Promise<Page<ComparedRow>> {
  const rows: ComparedRow[] = [];
  let [piece, place] = after ? placeIn(after, preview.sha256) : [0, 0];
  for (let looked = 0; piece < preview.pieces && looked < MOST_PIECES; looked++) {
    const stored = (await matters.pieces.get(pieceId(importId, "rows", piece)))?.rows ?? [];
    while (place < stored.length && rows.length < limit) {
      const row = stored[place++] as ComparedRow;
      if (fits(row)) rows.push(row);
    }
    if (place < stored.length) break;
    [piece, place] = [piece + 1, 0];
    if (rows.length === limit) break;
  }
  return { items: rows, ...(piece < preview.pieces && { next: tokenOf(preview.sha256, piece, place) }) };
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
