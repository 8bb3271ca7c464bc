import { hash } from "node:crypto";
import { canonicalBytes } from "../domain/canonical.ts";
import type { FaceSource } from "./face-source.ts";
import { type JoinedSubset, joinerOf } from "./font/join-subset.ts";
import { type FontLibrary, fontOf, type RunFont } from "./font/library.ts";
import type { TrueTypeFont } from "./font/true-type.ts";
import type { AttachedFiles, LaidOutFace } from "./layout/compile-template.ts";
import type { Placed } from "./layout/placed.ts";
import { codePointsByFont } from "./layout/used-characters.ts";

/** A font that a certificate's own texts are set in, and the subset that both its files embed. */
export interface UsedFont {
  name: RunFont;
  font: TrueTypeFont;
  subset: JoinedSubset;
  /** Glyph in the subset by code point. */
  glyphs: ReadonlyMap<number, number>;
}

/** What both files of one certificate are written from. */
export interface Drawing {
  message: FaceSource;
  placed: readonly Placed[];
  fonts: readonly UsedFont[];
  /** Canonical bytes of the message without its faces: their digests depend on the files. */
  bytes: Buffer;
  /** Names the document in both files: 32 hexadecimal digits from template, seal picture and message. */
  id: string;
}

/** Embeds what these texts need. */
export function usedFonts(placed: readonly Placed[], fonts: FontLibrary): UsedFont[] {
  return codePointsByFont(placed).map(([name, used]) => {
    const codePoints = Uint32Array.from(used).sort();
    const font = fontOf(fonts, name);
    const glyphs = new Map<number, number>();
    for (let i = 0; i < codePoints.length; i++) glyphs.set(codePoints[i] as number, i + 1);
    return { name, font, subset: joinerOf(font).join(codePoints), glyphs };
  });
}

/**
 * Prepares what both writers need. PDF and OFD of one certificate are drawn one after the other: the second finds what the first made,
 * as long as layout gives it the same places.
 */
export function prepareDrawings(
  face: LaidOutFace,
  fonts: FontLibrary,
  digest: string,
): (message: FaceSource, files?: AttachedFiles) => Drawing {
  let last: Drawing | undefined;
  return (message, files) => {
    const placed = face.layOut(message, files);
    if (last?.placed === placed) return last;
    const { faces: _faces, ...content } = message as FaceSource & { faces?: unknown };
    const bytes = Buffer.from(canonicalBytes(content));
    const id = hash("sha256", Buffer.concat([Buffer.from(digest), bytes]), "hex").slice(0, 32);
    last = { message, placed, fonts: usedFonts(placed, fonts), bytes, id };
    return last;
  };
}
