import { readFileSync, statSync } from "node:fs";
import { sha256Hex } from "../../domain/canonical.ts";
import { refuseField } from "../../domain/refusal.ts";
import { readTrueType, type TrueTypeFont } from "./true-type.ts";

/**
 * A font file on this host. Agents draw what cores drew, to the octet, so both are held to the same digest; a character that
 * only one of them has is refused by the other, never drawn in another way.
 */
export interface FontFile {
  fontFile: string;
  /** SHA-256 of the file, lower-case hex. */
  sha256: string;
}

/**
 * HanaMinB (花園明朝B, 2017-09-04; OFL or its own licence, which allows every use): all 60,317 characters of CJK Extensions B
 * to F, which is what GB 18030-2022 level 3 has beside those of Noto Serif SC. In the place where Debian's package
 * fonts-hanazono puts it.
 */
export const RARE_FONT: FontFile = {
  fontFile: "/usr/share/fonts/truetype/hanazono/HanaMinB.ttf",
  sha256: "829543436cdf7b4c6730e2af5806fa406f8ddf0d4b656e0cd49c58d4db1c8d3c",
};

/** Largest font file, in bytes; those that hold all Chinese characters have 30 to 70 MB. */
const MAX_FONT_BYTES = 128 << 20;

/** Whether HanaMinB lies in its place; that it is the right one is held when it is read. */
export function isRareFontThere(): boolean {
  return statSync(RARE_FONT.fontFile, { throwIfNoEntry: false }) !== undefined;
}

/** Reads a font. Throws `INVALID_FIELD` where the file cannot be read, is another one, or holds no TrueType outlines. */
export function readFontFile({ fontFile, sha256 }: FontFile): TrueTypeFont {
  const refused = (what: string, remedy: string, localized: string) =>
    refuseField("INVALID_FIELD", "fonts", `${fontFile} ${what}`, remedy, localized);
  const size = statSync(fontFile, { throwIfNoEntry: false })?.size;
  if (size === undefined)
    throw refused(
      "is not there",
      "correct the path, or install the font",
      `字体文件${fontFile}不存在，请更正路径或安装字体`,
    );
  if (size > MAX_FONT_BYTES)
    throw refused(
      `is larger than ${MAX_FONT_BYTES} bytes`,
      "name a font file",
      `字体文件${fontFile}超过${MAX_FONT_BYTES}字节，请填写字体文件`,
    );
  const bytes = readFileSync(fontFile);
  if (sha256Hex(bytes) !== sha256) {
    throw refused(
      `is not the font with digest ${sha256}`,
      "install the very same file on cores and agents",
      `字体文件${fontFile}的摘要不符，请在系统和签名代理上安装同一文件`,
    );
  }
  try {
    return readTrueType(bytes);
  } catch (cause) {
    throw refused(
      `cannot be used: ${(cause as Error).message}`,
      "name a static TrueType font (glyf, cmap format 12)",
      `字体文件${fontFile}无法使用，请填写静态TrueType字体`,
    );
  }
}
