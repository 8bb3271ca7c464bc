import { createHash } from "node:crypto";
import { promisify } from "node:util";
import { deflateRaw, inflateRaw } from "node:zlib";
import type { ReadRow } from "../../document/table/read-row.ts";
import { unreadable } from "../../document/table/table.ts";
import { shanghaiDay } from "../../domain/civil-date.ts";
import { Refusal } from "../../domain/refusal.ts";
import { changeStored } from "../../store/compare-and-set.ts";
import type { CatalogContext } from "../context.ts";
import { rowsIn } from "../matter-files/chunk.ts";
import { type ComparedRow, type ImportCounts, type ImportDocument, pieceId } from "./import-record.ts";
import { targetOf, type Work } from "./work.ts";

/** Refuses (`INVALID_FIELD`) where the parts of an import are not the file that was announced. */
export async function requireFile(context: CatalogContext, document: ImportDocument): Promise<void> {
  const hash = createHash("sha256");
  for await (const part of partsOf(context, document)) hash.update(part);
  if (hash.digest("hex") === document.sha256) return;
  throw unreadable("is not what was announced", "send it anew", "与申报的文件不一致，请重新上传");
}

const [deflate, inflate] = [promisify(deflateRaw), promisify(inflateRaw)];

/** Stores a part of a file. Packed: a list shrinks to a fraction, and texts of several megabytes are what an import would need memory for. */
export async function storePart(
  context: CatalogContext,
  importId: string,
  part: number,
  content: Uint8Array,
): Promise<void> {
  const bytes = (await deflate(content, { level: 1 })).toString("base64");
  await storePiece(context, importId, "part", part, { bytes, packed: "deflate" });
}

async function* partsOf({ matters }: CatalogContext, { _id: id, parts }: ImportDocument): AsyncGenerator<Buffer> {
  for (const number of parts.keys()) {
    const piece = await matters.pieces.get(pieceId(id, "part", number));
    const bytes = Buffer.from(piece?.bytes ?? "", "base64");
    yield piece?.packed ? await inflate(bytes) : bytes;
  }
}

/** The whole file of an import, put together of its parts. */
async function fileOf(context: CatalogContext, document: ImportDocument): Promise<Uint8Array<ArrayBuffer>> {
  const whole = new Uint8Array(document.bytes);
  let at = 0;
  for await (const part of partsOf(context, document)) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

/** Stores a piece of a file or a preview, in the place of one that was stored before. */
async function storePiece(
  { matters }: CatalogContext,
  importId: string,
  kind: "part" | "rows",
  number: number,
  content: { bytes: string; packed: "deflate" } | { rows: ComparedRow[] },
): Promise<void> {
  const id = pieceId(importId, kind, number);
  await changeStored(matters.pieces, id, (old) => ({ _id: id, revision: old?.revision ?? 1, importId, ...content }));
}

/** Reads the file of an import and compares it with what is there, piece by piece; it changes nothing of that. Throws why a file cannot be read. */
export async function compareImport(context: CatalogContext, work: Work): Promise<void> {
  const { _id: id, format, target: kind, rowsOnly, tries = 1 } = work.import;
  if (tries > 3) throw new Refusal("TOO_LARGE", "the file could not be read three times");
  const at = context.runtime.now();
  const endedOn = work.import.endedOn ?? shanghaiDay(at);
  const bytes = await fileOf(context, work.import);
  const file = await context.matters.files.run({ bytes, format, target: kind }, [bytes.buffer]);
  const target = targetOf(context, work.import);
  const phaseSince = context.runtime.now().toISOString();
  await work.save({ totalRows: file.rows, doneRows: 0, phaseSince });

  const counts: ImportCounts = { added: 0, changed: 0, ended: 0, unchanged: 0, faulty: 0 };
  const named = new Set<string>();
  const digest = createHash("sha256").update(work.import.sha256);
  let pieces = 0;
  let endingWithheld = false;
  const keep = async (rows: ComparedRow[]) => {
    for (const { outcome, code } of rows) {
      counts[outcome] += 1;
      if (code !== undefined) named.add(code);
      else endingWithheld = true;
    }
    digest.update(JSON.stringify(rows));
    await storePiece(context, id, "rows", pieces, { rows });
    pieces += 1;
  };

  for (const [index, chunk] of file.chunks.entries()) {
    const rows = rowsIn(chunk).map(withRepeats(file.repeated));
    // What was read is not needed again: the file is large.
    file.chunks[index] = new Uint8Array();
    await keep(await target.compare(rows));
    await work.save({ doneRows: work.import.doneRows + rows.length });
    if (work.signal.aborted) return;
  }
  endingWithheld &&= !rowsOnly;
  if (!rowsOnly && !endingWithheld) {
    for await (const rows of target.missing(named, endedOn)) {
      await keep(rows);
      await work.save({ totalRows: file.rows + counts.ended, doneRows: file.rows + counts.ended });
    }
  }
  await work.save({
    state: "previewed",
    open: undefined,
    worker: undefined,
    preview: {
      at: at.toISOString(),
      endedOn,
      pieces,
      counts,
      sha256: digest.digest("hex"),
      endingWithheld,
      ...(file.encoding && { encoding: file.encoding }),
    },
  });
}

/** Adds to rows that share their code with others which these are: nobody knows which of them is meant. */
function withRepeats(repeated: Readonly<Record<string, number[]>>) {
  return (read: ReadRow): ReadRow => {
    const rows = read.code !== undefined && Object.hasOwn(repeated, read.code) ? repeated[read.code] : undefined;
    if (!rows) return read;
    const { value: _value, ...rest } = read;
    const others = rows.filter((row) => row !== read.row).join(", ");
    const fault = {
      column: "事项编码 code",
      description: `stands in other rows too: ${others}`,
      remedy: "leave one row for each code",
      localized: `与第${others}行重复，每个编码请只保留一行`,
    };
    return { ...rest, faults: [...(read.faults ?? []), fault] };
  };
}
