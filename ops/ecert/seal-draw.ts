import { extname } from "node:path";
import { loadFonts } from "../../services/document/font/library.ts";
import type { PlacedPath } from "../../services/document/layout/placed.ts";
import { sealImage } from "../../services/document/ofd/seal-image.ts";
import { checkSealPicture } from "../../services/document/parse-template.ts";
import { coordsOf, type Path } from "../../services/document/path.ts";
import type { SealPicture } from "../../services/document/seal-picture.ts";
import { drawSeal } from "../../services/document/shape/seal.ts";
import { refuseArgument } from "../../services/domain/refusal.ts";
import { writeOutput } from "./arguments.ts";
import { EXIT } from "./exit-code.ts";
import { readJson } from "./request-file.ts";
import { needed, parseSealCommand } from "./seal-arguments.ts";

const OPTIONS = {
  name: { type: "string" },
  caption: { type: "string" },
  diameter: { type: "string", default: "42" },
  color: { type: "string" },
  from: { type: "string" },
  out: { type: "string", multiple: true },
} as const;

/** What a picture is written as, by the end of the file's name. */
const FORMS: Readonly<Record<string, (picture: SealPicture) => string | Uint8Array>> = {
  ".json": (picture) => `${JSON.stringify(picture, null, 2)}\n`,
  ".svg": svgOf,
  ".ofd": (picture) => sealImage(picture).data,
};

/**
 * `ecert seal picture`: draws the picture of a seal from a name, or shows one that is there. Throws `INVALID_FIELD` for what a seal picture cannot be and for
 * unknown formats, `GLYPH_MISSING` for characters that the fonts lack; nothing is written then.
 */
export async function drawSealPicture(args: readonly string[]): Promise<number> {
  const { values, positionals } = parseSealCommand(args, OPTIONS);
  if (positionals.length > 0)
    throw refuseArgument("INVALID_FIELD", positionals[0] ?? "", "多余 · is not expected", "see ecert seal --help");
  const picture = checkSealPicture(values.from === undefined ? roundSeal(values) : readJson(values.from));
  const outputs = (values.out ?? [needed(undefined, "out")]).map((file) => {
    const form = FORMS[extname(file).toLowerCase()];
    if (form) return { file, content: Buffer.from(form(picture)) };
    const known = `end the name in one of ${Object.keys(FORMS).join(" ")}`;
    throw refuseArgument("INVALID_FIELD", "--out", `${file} 格式未知 · unknown format`, known);
  });
  // A picture that cannot be drawn is not written in the form that would not notice.
  drawSeal(picture, loadFonts());
  for (const { file, content } of outputs) writeOutput(file, content);
  process.stdout.write(`已写入 · written: ${outputs.map(({ file }) => file).join(" ")}\n`);
  return EXIT.valid;
}

function roundSeal(values: { name?: string; caption?: string; diameter: string; color?: string }): unknown {
  const { caption, color } = values;
  const shape = { kind: "round", name: needed(values.name, "name"), diameter: Number(values.diameter) };
  return { ...shape, ...(caption !== undefined && { caption }), ...(color !== undefined && { color }) };
}

function svgOf(picture: SealPicture): string {
  const { width, height, paths } = drawSeal(picture, loadFonts());
  const size = `width="${width}mm" height="${height}mm" viewBox="0 0 ${width} ${height}"`;
  const drawn = paths.map((path) => `  ${svgPath(path)}\n`).join("");
  return `<svg xmlns="http://www.w3.org/2000/svg" ${size}>\n${drawn}</svg>\n`;
}

function svgPath({ path, fill = "none", stroke, strokeWidth }: PlacedPath): string {
  const line = stroke === undefined ? "" : ` stroke="${stroke}" stroke-width="${strokeWidth ?? 1}"`;
  return `<path d="${stepsOf(path)}" fill="${fill}"${line}/>`;
}

function stepsOf({ ops, coords }: Path): string {
  let at = 0;
  return [...ops]
    .map((op) => {
      const points = coords.slice(at, at + coordsOf(op)).map((value) => Number(value.toFixed(4)));
      at += coordsOf(op);
      return op + points.join(" ");
    })
    .join("");
}
