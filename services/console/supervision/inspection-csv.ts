import { create } from "@bufbuild/protobuf";
import type { Client } from "@connectrpc/connect";
import type {
  InspectionRow,
  SupervisionService,
} from "../../../proto/gen/ecert/supervision/v1/supervision_service_pb.ts";
import { type File, FileSchema } from "../../../proto/gen/ecert/type/v1/file_pb.ts";

/** Rows of one call. */
const ROWS = 1_000;
/** Names that whoever counts on gives to columns stay the same in every language. */
const COLUMNS: readonly (readonly [name: string, textOf: (row: InspectionRow) => unknown])[] = [
  ["division", ({ rates }) => rates?.division],
  ["department", ({ rates }) => rates?.departmentCode],
  ["name", ({ rates }) => rates?.name],
  ["listed", ({ rates }) => rates?.figures?.listed],
  ["opened", ({ rates }) => rates?.figures?.opened],
  ["synchronous", ({ rates }) => rates?.figures?.synchronous],
  ["electronicRate", ({ rates }) => rates?.electronicRate],
  ["portal", ({ rates }) => rates?.figures?.portal],
  ["usable", ({ rates }) => rates?.figures?.usable],
  ["usageRate", ({ rates }) => rates?.usageRate],
  ["issued", ({ volumes }) => volumes?.issued],
  ["issuedInTime", ({ volumes }) => volumes?.issuedInTime],
  ["used", ({ volumes }) => volumes?.used],
  ["refused", ({ volumes }) => volumes?.refused],
];

/** Rows that were read so far, as lines of the table, and the token of the page that comes next. */
export interface ReadRows {
  readonly lines: readonly string[];
  readonly pageToken: string;
}

/**
 * All rows of what was frozen, as a table (RFC 4180, UTF-8 with its mark, so that office programs read it). `told` hears what is there after each page;
 * given as `before`, it is gone on from there and no row is read twice: what is frozen does not change. Throws what a page was refused with, or that
 * `signal` has stopped it.
 */
export async function inspectionCsv(
  client: Pick<Client<typeof SupervisionService>, "getInspection">,
  of: { readonly division: string; readonly quarter: string },
  job: { readonly before?: ReadRows; readonly told?: (read: ReadRows) => void; readonly signal?: AbortSignal } = {},
): Promise<File> {
  const { before, told, signal } = job;
  const lines = [...(before?.lines ?? [])];
  for (let pageToken = before?.pageToken ?? "", more = true; more; more = pageToken !== "") {
    const page = { ...of, pageSize: ROWS, pageToken };
    const { rows, nextPageToken } = await client.getInspection(page, signal && { signal });
    lines.push(...rows.map((row) => COLUMNS.map(([, textOf]) => cell(textOf(row))).join(",")));
    pageToken = nextPageToken;
    if (pageToken !== "") told?.({ lines: [...lines], pageToken });
  }
  const table = [COLUMNS.map(([name]) => name).join(","), ...lines].join("\r\n");
  const content = new TextEncoder().encode(`\uFEFF${table}\r\n`);
  const fileName = `${of.division}-${of.quarter}.csv`;
  return create(FileSchema, { content, mediaType: "text/csv; charset=utf-8", fileName });
}

/** A text that begins like a formula is no formula: office programs would run it. */
function cell(value: unknown): string {
  const text = value === undefined ? "" : String(value);
  const plain = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(plain) ? `"${plain.replaceAll('"', '""')}"` : plain;
}
