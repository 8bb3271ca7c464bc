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

/** All rows of what was frozen, as a table (RFC 4180, UTF-8 with its mark, so that office programs read it). */
export async function inspectionCsv(
  client: Pick<Client<typeof SupervisionService>, "getInspection">,
  of: { readonly division: string; readonly quarter: string },
): Promise<File> {
  const lines = [COLUMNS.map(([name]) => name).join(",")];
  for (let pageToken = "", more = true; more; more = pageToken !== "") {
    const { rows, nextPageToken } = await client.getInspection({ ...of, pageSize: ROWS, pageToken });
    lines.push(...rows.map((row) => COLUMNS.map(([, textOf]) => cell(textOf(row))).join(",")));
    pageToken = nextPageToken;
  }
  const content = new TextEncoder().encode(`\uFEFF${lines.join("\r\n")}\r\n`);
  const fileName = `${of.division}-${of.quarter}.csv`;
  return create(FileSchema, { content, mediaType: "text/csv; charset=utf-8", fileName });
}

/** A text that begins like a formula is no formula: office programs would run it. */
function cell(value: unknown): string {
  const text = value === undefined ? "" : String(value);
  const plain = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(plain) ? `"${plain.replaceAll('"', '""')}"` : plain;
}
