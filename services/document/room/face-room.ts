import type { FieldViolation } from "../../domain/refusal.ts";
import { fieldName } from "../bind.ts";
import type { FontLibrary } from "../font/library.ts";
import { measure, mostThatFit } from "../layout/measure.ts";
import { cellBox, mostRows } from "../layout/table.ts";
import { MIN_MODULE, qrModules } from "../shape/qr.ts";
import type { FaceTemplate, QrElement, TableElement, TextStyle } from "../template.ts";
import { longestQr, type RoomContent } from "./room-content.ts";
import { mostMembers, type WidestField, widestField, widestSource } from "./widest-source.ts";
import type { Width } from "./widest-text.ts";

/** Characters that are laid out for one template: some tenths of a second. */
export const MAX_LAID_OUT = 2_000_000;
/** What a QR code costs, in characters that are laid out. */
const QR_COST = 20_000;
/** Turns of the search for how many characters fit. */
const SEARCH = 16;

/** Room that lines of wrapped texts keep for marks that may not begin or end one, in characters. */
const SPARE = 1;

/**
 * Lays the widest data that a data schema allows out on a template, and gives each thing that has no room, with the box and what fits:
 * texts as long as they may be, of full-width characters where they may have such; of enumerations the widest; lists as long as they may
 * be; members that may be absent, present and absent. The other texts of the metadata (number, names of holders and issuer) are limited by
 * no item: they count as empty. Line feeds count as none. Ends with a fault of its own beyond {@link MAX_LAID_OUT} characters.
 */
export function roomFaults(template: FaceTemplate, content: RoomContent, fonts: FontLibrary): FieldViolation[] {
  const faults: FieldViolation[] = [];
  let left = MAX_LAID_OUT;
  const room: Room = {
    content,
    fonts,
    spend: (characters) => {
      left -= characters;
      return left >= 0;
    },
    faults,
  };
  for (const [index, element] of template.elements.entries()) {
    const at = `elements[${index}]`;
    if (element.type === "field") {
      checkText(room, at, element, widestField(element, content, widthIn(room, element)));
    } else if (element.type === "table") checkTable(room, at, element);
    else if (element.type === "qr") checkQr(room, at, element);
    if (left < 0) return [...faults, tooMuch(at)];
  }
  return faults;
}

interface Room {
  content: RoomContent;
  fonts: FontLibrary;
  /** Counts characters that are laid out; false beyond what may be. */
  spend(characters: number): boolean;
  faults: FieldViolation[];
}

/** How wide texts are in the font of a style. Long texts repeat themselves: a part of them tells enough. */
function widthIn({ fonts }: Room, { font = "regular" }: TextStyle): Width {
  const { advanceOf, glyphOf } = fonts[font];
  return (text) => {
    const sample = text.slice(0, 64);
    let sum = 0;
    for (const char of sample) sum += advanceOf(glyphOf(char.codePointAt(0) as number));
    return sample === "" ? 0 : (sum / sample.length) * text.length;
  };
}

function checkText(room: Room, at: string, style: TextStyle, { text, label, data }: WidestField): void {
  if (!room.spend(text.length)) return;
  const chars = measure(text, room.fonts, style, at);
  const { unitsPerEm } = room.fonts[style.font ?? "regular"];
  const most = mostThatFit(chars, style, unitsPerEm, SPARE);
  if (most === chars.length) return;
  room.spend(text.length * SEARCH);
  const [source] = data;
  const fitting = Math.max(most - label, 0);
  const length = chars.length - label;
  const box = `${at}.box`;
  if (source === undefined) {
    room.faults.push({
      field: box,
      description: `the text of ${chars.length} characters that may come here does not fit: ${most} do`,
      remedy: "enlarge the box, or allow a smaller minSize",
      localized: `此处文字最长${chars.length}个字符，版面只容纳${most}个，请放大文本框或减小minSize`,
    });
    return;
  }
  const names = data.map(fieldName).join(", ");
  const where = data.map(propertyOf).join(", ");
  room.faults.push({
    field: box,
    description: `the widest ${names} that the data schema allows, ${length} characters, does not fit: ${fitting} do`,
    remedy: `let ${where} have no more than ${fitting} characters in all, enlarge the box, or allow a smaller minSize`,
    localized: `数据项${names}按数据模式最长${length}个字符，版面只容纳${fitting}个，请缩短${where}的上限、放大文本框或减小minSize`,
  });
}

function checkTable(room: Room, at: string, table: TableElement): void {
  const { content, faults } = room;
  const [rows, most] = [mostMembers(table.source, content), mostRows(table)];
  const name = fieldName(table.source);
  if (rows > most) {
    faults.push({
      field: `${at}.box`,
      description: `${name} may have ${rows} rows by the data schema, but the face shows at most ${most}`,
      remedy: `let ${propertyOf(table.source)} have "maxItems": ${most}, enlarge the box, or allow lower rows`,
      localized: `数据项${name}按数据模式最多${rows}行，版面只容纳${most}行，请将${propertyOf(table.source)}的maxItems改为${most}、放大表格或降低行高`,
    });
  }
  for (const [index, column] of table.columns.entries()) {
    const style = { ...column, box: cellBox(table, index, Math.min(rows, most)) };
    if (column.source === "#") continue;
    const source = `${table.source}[0].${column.source}`;
    checkText(
      room,
      `${at}.columns[${index}]`,
      style,
      widestSource({ ...column, source }, content, widthIn(room, style)),
    );
  }
}

function checkQr(room: Room, at: string, element: QrElement): void {
  if (!room.spend(QR_COST)) return;
  const side = Math.min(element.box[2], element.box[3]);
  const signed = element.source === "metadata.identifier";
  const text = signed
    ? longestQr(room.content)
    : widestSource({ source: element.source }, room.content, (one) => one.length).text;
  const modules = qrModules(text);
  const needed = modules === undefined ? undefined : Math.ceil(modules * MIN_MODULE * 10) / 10;
  if (needed !== undefined && needed <= side + 0.001) return;
  const bytes = Buffer.byteLength(text);
  room.faults.push({
    field: `${at}.box`,
    description:
      needed === undefined
        ? `no QR code holds the ${bytes} bytes that ${element.source} may have`
        : `a QR code of up to ${bytes} bytes has ${modules} modules a side and needs ${needed} mm, the box has ${side}`,
    remedy: needed === undefined ? "shorten the data item" : `make the box ${needed} mm wide and high`,
    localized:
      needed === undefined
        ? `二维码容纳不下${bytes}字节，请缩短数据项`
        : `二维码最多${modules}个模块，边长需${needed}毫米，现为${side}毫米`,
  });
}

function tooMuch(at: string): FieldViolation {
  return {
    field: at,
    description: `up to here the face and its data schema allow more than ${MAX_LAID_OUT} characters`,
    remedy: "use fewer elements, or let texts and lists be shorter",
    localized: `版面与数据模式允许的文字超过${MAX_LAID_OUT}个字符，请减少元素或缩短文字与列表`,
  };
}

/** Where a data schema says what a source may be, as a JSON pointer, references aside. */
function propertyOf(source: string): string {
  const [, ...steps] = source.match(/[A-Za-z_]\w*|\d+|\*/g) ?? [];
  return steps.map((step) => (/^[\d*]/.test(step) ? "/items" : `/properties/${step}`)).join("");
}
