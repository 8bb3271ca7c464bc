import { Refusal } from "../../domain/refusal.ts";
import { parsePath } from "../path.ts";
import type { VectorSeal } from "../seal-picture.ts";
import { elementsOf, onlyChild, readXml, type XmlElement } from "./xml-read.ts";
import { openZip } from "./zip-read.ts";

const DOCUMENT = "Doc_0/Document.xml";
const PAGE = "Doc_0/Pages/Page_0/Content.xml";
/** Letters of OFD, and those of path data. */
const LETTERS: Readonly<Record<string, string>> = { B: "C", C: "Z" };

/**
 * Reads the picture of an electronic seal back that {@link sealImage} has drawn: paths, each at its own place. Throws `INVALID_FIELD` for a
 * package of another form: one with texts or pictures would show less than it should.
 */
export function sealPaths(ofd: Buffer): VectorSeal {
  const { files } = openZip(ofd);
  const read = (path: string) => readXml(files.get(path) ?? Buffer.from(""), path);
  const area = onlyChild(onlyChild(read(DOCUMENT), "CommonData"), "PageArea");
  const [, , width = 0, height = 0] = numbers(onlyChild(area, "PhysicalBox").text);
  const layer = onlyChild(onlyChild(read(PAGE), "Content"), "Layer");
  const objects = elementsOf(layer, "PathObject");
  if (!(width > 0 && height > 0) || objects.length === 0 || objects.length < layer.children.length) {
    throw new Refusal("INVALID_FIELD", "the picture of the seal is not of paths alone");
  }
  return { kind: "vector", width, height, viewBox: [width, height], paths: objects.map(pathOf) };
}

function pathOf(object: XmlElement): VectorSeal["paths"][number] {
  const [left = 0, top = 0] = numbers(object.attributes.get("Boundary") ?? "");
  const color = (name: string) => {
    const found = object.children.find((child) => child.name === name);
    return (
      found &&
      `#${numbers(found.attributes.get("Value") ?? "")
        .map(hex)
        .join("")}`
    );
  };
  const [fill, stroke] = [color("FillColor"), color("StrokeColor")];
  return {
    d: moved(onlyChild(object, "AbbreviatedData").text, left, top),
    ...(fill !== undefined && { fill }),
    ...(stroke !== undefined && { stroke, strokeWidth: Number(object.attributes.get("LineWidth") ?? 0.25) }),
  };
}

/** Path data, from the object's corner to the page's. */
function moved(data: string, left: number, top: number): string {
  let even = false;
  const steps = data
    .trim()
    .split(/\s+/)
    .map((token) => {
      if (/^[A-Z]$/.test(token)) return LETTERS[token] ?? token;
      even = !even;
      return String(Math.round((Number(token) + (even ? left : top)) * 100) / 100);
    });
  const text = steps.join(" ");
  parsePath(text, "seal");
  return text;
}

function hex(value: number): string {
  return value.toString(16).padStart(2, "0");
}

function numbers(text: string): number[] {
  return text.trim().split(/\s+/).map(Number);
}
