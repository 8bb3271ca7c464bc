import { createHash } from "node:crypto";
import { setTimeout as pause } from "node:timers/promises";
import { create, type JsonObject, type MessageInitShape, toJson } from "@bufbuild/protobuf";
import {
  MatterFileFormat,
  type MatterImport,
  type MatterImportRow,
  MatterImportSchema,
  MatterImportState,
  MatterImportTarget,
  MatterRowOutcome,
} from "../../../proto/gen/ecert/catalog/v1/matter_import_pb.ts";
import { MatterService } from "../../../proto/gen/ecert/catalog/v1/matter_service_pb.ts";
import { Refusal, refuseArgument } from "../../../services/domain/refusal.ts";
import { readInput } from "../arguments.ts";
import type { ActionOption, Asked } from "./action.ts";
import { called } from "./caller.ts";

const matters = MatterService.method;

/** Bytes of one part: what the contract takes. */
const PART = 4 << 20;
/** Rows that are shown to people. */
const SHOWN = 100;
const LOOK_EVERY_MS = 300;

const FORMATS: Readonly<Record<string, MatterFileFormat>> = {
  csv: MatterFileFormat.CSV,
  xlsx: MatterFileFormat.XLSX,
  json: MatterFileFormat.JSON,
};

/** Options of the command. */
export const IMPORT_OPTIONS: Readonly<Record<string, ActionOption>> = {
  preview: { value: "", chinese: "只比对，列出差异", english: "only compares, and lists what would change" },
  partial: {
    value: "",
    chinese: "导入合格的行，略过不合格的行",
    english: "leaves faulty rows out, and stores the others",
  },
  "rows-only": {
    value: "",
    chinese: "文件不是部门的完整清单：未列的事项不终止",
    english: "the file is not the whole list of its departments: what it does not name does not end",
  },
  directory: {
    value: "",
    chinese: "省级节点：文件为省事项目录",
    english: "at the province: the file is its directory of matters",
  },
  "ended-on": {
    value: "DAY",
    chinese: "未列的事项自该日终止（默认当日）",
    english: "day from which what is missing has ended (default: today)",
  },
};

/** 6.2.2.2: sends a file, has it compared, and, unless that alone is asked for, has it stored as it was compared. */
export async function importMatters(asked: Asked): Promise<{ json: JsonObject; text: string }> {
  const { options } = asked;
  const path = asked.arguments[0] as string;
  const importId = await sent(asked, path);
  await called(asked, matters.previewMatterImport, request(matters.previewMatterImport, { importId }));
  const compared = await settled(asked, importId, "比对 comparing");
  if (compared.state === MatterImportState.UNREADABLE) throw unreadable(path, compared);
  const rows = await firstRows(asked, importId);
  const told = `${countsText(compared)}${rows.map(rowText).join("")}`;
  if (options.preview === true) return answer(compared, rows, `${told}仅比对，未存 · compared, nothing stored\n`);
  const faulty = Number(compared.counts?.faulty ?? 0n);
  if (faulty > 0 && options.partial !== true) {
    throw new Refusal("INVALID_FIELD", `${faulty} 行不合格，一概未存 · rows are faulty, nothing is stored:\n${told}`);
  }
  const wanted = { importId, previewSha256: compared.previewSha256, partial: options.partial === true };
  await called(asked, matters.applyMatterImport, request(matters.applyMatterImport, wanted));
  const done = await settled(asked, importId, "入库 storing");
  return answer(done, rows, `${told}已存 · stored\n`);
}

async function sent(asked: Asked, path: string): Promise<string> {
  const format = FORMATS[/\.([a-z]+)$/i.exec(path)?.[1]?.toLowerCase() ?? ""];
  if (format === undefined) {
    const description = "应为 .csv、.xlsx 或 .json 文件 · must be a .csv, .xlsx or .json file";
    throw refuseArgument("INVALID_FIELD", path, description);
  }
  const content = readInput(path);
  const { options } = asked;
  const begun = await called(
    asked,
    matters.startMatterImport,
    request(matters.startMatterImport, {
      target: options.directory === true ? MatterImportTarget.DIRECTORY : MatterImportTarget.LIST,
      format,
      bytes: BigInt(content.length),
      sha256: createHash("sha256").update(content).digest("hex"),
      rowsOnly: options["rows-only"] === true,
      endedOn: typeof options["ended-on"] === "string" ? options["ended-on"] : "",
    }),
  );
  let current = importIn(begun);
  const { id: importId } = current;
  // Of an upload that broke off the parts that have come are not sent again.
  let at = Number(current.receivedBytes);
  while (at < content.length) {
    const part = { importId, part: current.parts, content: content.subarray(at, at + PART) };
    current = importIn(await called(asked, matters.putMatterImportPart, request(matters.putMatterImportPart, part)));
    at = Number(current.receivedBytes);
    showProgress("上传 sending", at, content.length, 0);
  }
  return importId;
}

async function settled(asked: Asked, importId: string, what: string): Promise<MatterImport> {
  for (;;) {
    const read = await called(asked, matters.getMatterImport, request(matters.getMatterImport, { importId }));
    const found = importIn(read);
    const working = found.state === MatterImportState.COMPARING || found.state === MatterImportState.APPLYING;
    showProgress(what, Number(found.doneRows), Number(found.totalRows), Number(found.secondsLeft), !working);
    if (!working) return found;
    await pause(LOOK_EVERY_MS);
  }
}

/** A bar on the terminal, where there is one. */
function showProgress(what: string, done: number, total: number, seconds: number, isEnd = false): void {
  if (!process.stderr.isTTY) return;
  const share = total > 0 ? Math.min(1, done / total) : 0;
  const bar = "█".repeat(Math.round(share * 30)).padEnd(30, "░");
  const left = seconds > 0 ? `，剩余 left ${seconds} s` : "";
  process.stderr.write(`\r${what} ${bar} ${Math.round(share * 100)}%${left}   ${isEnd ? "\n" : ""}`);
}

async function firstRows(asked: Asked, importId: string): Promise<MatterImportRow[]> {
  const found: MatterImportRow[] = [];
  for (let pageToken = ""; ; ) {
    const wanted = request(matters.listMatterImportRows, { importId, pageSize: SHOWN, pageToken });
    const page = (await called(asked, matters.listMatterImportRows, wanted)) as unknown as {
      rows: MatterImportRow[];
      nextPageToken: string;
    };
    found.push(...page.rows);
    if (page.nextPageToken === "" || found.length >= SHOWN) return found.slice(0, SHOWN);
    pageToken = page.nextPageToken;
  }
}

function answer(found: MatterImport, rows: readonly MatterImportRow[], text: string) {
  const json = toJson(MatterImportSchema, found, { alwaysEmitImplicit: true }) as JsonObject;
  const listed = rows.map(({ row, code, outcome, faults }) => ({
    row: Number(row),
    code,
    outcome: OUTCOMES[outcome] ?? "",
    faults: faults.map(({ column, description }) => `${column}: ${description}`),
  }));
  return { json: { ...json, rows: listed }, text };
}

const OUTCOMES: Readonly<Record<number, string>> = {
  [MatterRowOutcome.ADDED]: "新增 added",
  [MatterRowOutcome.CHANGED]: "变更 changed",
  [MatterRowOutcome.ENDED]: "终止 ended",
  [MatterRowOutcome.UNCHANGED]: "未变 unchanged",
  [MatterRowOutcome.FAULTY]: "不合格 faulty",
};

function countsText({ counts, encoding, endingWithheld }: MatterImport): string {
  const { added = 0n, changed = 0n, ended = 0n, unchanged = 0n, faulty = 0n } = counts ?? {};
  const numbers = [added, changed, ended, unchanged, faulty];
  const told = Object.values(OUTCOMES).map((name, place) => `${name} ${numbers[place]}`);
  const read = encoding === "" ? "" : `（${encoding}）`;
  const withheld = "有行的编码无法识别，未列的事项不终止 · a row's code cannot be told: nothing ends by this file\n";
  return `${told.join(", ")}${read}\n${endingWithheld ? withheld : ""}`;
}

function rowText({ row, code, name, outcome, changes, faults }: MatterImportRow): string {
  const place = row > 0n ? `第${row}行 row ${row}` : "未列 missing";
  const lines = [
    ...changes.map(({ member, before, after }) => `    ${member}: ${before || "—"} → ${after || "—"}`),
    ...faults.map(
      ({ column, localized, description, remedy }) => `    ${column}: ${localized} · ${description}; ${remedy}`,
    ),
  ];
  return `  ${[`${place} ${OUTCOMES[outcome]} ${code} ${name}`.trim(), ...lines].join("\n")}\n`;
}

function unreadable(path: string, { fault }: MatterImport): Refusal {
  const { localized = "", description = "", remedy = "" } = fault ?? {};
  return refuseArgument("INVALID_FIELD", path, `${localized} · ${description}; ${remedy}`);
}

function importIn(message: unknown): MatterImport {
  return (message as { import: MatterImport }).import;
}

function request<M extends { input: Parameters<typeof create>[0] }>(
  method: M,
  members: MessageInitShape<M["input"]>,
): ReturnType<typeof create> {
  return create(method.input, members as never);
}
