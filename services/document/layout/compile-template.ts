import { type Refusal, refuseField } from "../../domain/refusal.ts";
import { bindField, bindSource, fieldName } from "../bind.ts";
import type { FaceSource } from "../face-source.ts";
import type { FontLibrary } from "../font/library.ts";
import { mapPath, parsePath, rectPath, roundedRectPath } from "../path.ts";
import type { SealPicture } from "../seal-picture.ts";
import { borderPath, rosettePath } from "../shape/guilloche.ts";
import { drawSeal, type SealDrawing } from "../shape/seal.ts";
import type { Box, FaceElement, FaceTemplate, ImageElement, Paint } from "../template.ts";
import { attachedPicture, readPicture } from "./picture.ts";
import { placeText } from "./place-text.ts";
import type { Picture, Placed, PlacedImage, PlacedPath, PlacedShape } from "./placed.ts";
import { placeHeader, placeRows } from "./table.ts";

/** A face laid out as far as it does not depend on data. */
export interface LaidOutFace {
  page: FaceTemplate["page"];
  /** What every certificate of the template shows, in drawing order. */
  fixed: PlacedShape[];
  /** The seal's paths, from its own corner, and the corner's place on the page. */
  seal: SealDrawing & { x: number; y: number };
  /** What the message adds, drawn above `fixed`. Throws `DATA_INVALID` and `GLYPH_MISSING`, naming the field. */
  layOut(message: FaceSource, files?: AttachedFiles): Placed[];
}

/** Contents of attachments by SHA-256 (lower-case hex): those that the face shows as pictures. */
export type AttachedFiles = ReadonlyMap<string, Uint8Array>;

type BoundElement = Extract<FaceElement, { type: "field" | "qr" | "image" | "table" }>;

/** Lays out the fixed part of a template. Throws `INVALID_FIELD` or `GLYPH_MISSING` for template text that cannot be set. */
export function compileTemplate(template: FaceTemplate, seal: SealPicture, fonts: FontLibrary): LaidOutFace {
  const fixed: PlacedShape[] = [];
  const bound: BoundElement[] = [];
  let sealBox: Box = [0, 0, template.page.width, template.page.height];
  for (const [index, element] of template.elements.entries()) {
    if (element.type === "seal") sealBox = element.box;
    else if (isBound(element)) {
      bound.push(element);
      if (element.type === "table") fixed.push(...placeHeader(element, `elements[${index}]`, fonts));
    } else if (element.type === "text") {
      fixed.push(
        ...placeText({ text: element.text, style: element, field: `elements[${index}].text`, bound: false }, fonts),
      );
    } else fixed.push(drawShape(element));
  }
  return {
    page: template.page,
    fixed,
    seal: placeSeal(drawSeal(seal, fonts), sealBox, template.page),
    layOut: rememberLast((message, files) => bound.flatMap((element) => placeBound(element, message, fonts, files))),
  };
}

/**
 * PDF and OFD of one certificate are drawn one after the other: the second finds the layout of the first, if the message is the
 * same to the letter and no files are shown.
 */
function rememberLast(layOut: LaidOutFace["layOut"]): LaidOutFace["layOut"] {
  let last: { text: string; placed: Placed[] } | undefined;
  return (message, files) => {
    if (files !== undefined && files.size > 0) return layOut(message, files);
    const text = JSON.stringify(message);
    if (last?.text !== text) last = { text, placed: layOut(message) };
    return last.placed;
  };
}

function isBound(element: FaceElement): element is BoundElement {
  return ["field", "qr", "image", "table"].includes(element.type);
}

/** Centres the seal in its box; a seal larger than the box may reach beyond it, but not beyond the page. */
function placeSeal(drawing: SealDrawing, box: Box, page: FaceTemplate["page"]): LaidOutFace["seal"] {
  const x = box[0] + (box[2] - drawing.width) / 2;
  const y = box[1] + (box[3] - drawing.height) / 2;
  if (x < 0 || y < 0 || x + drawing.width > page.width || y + drawing.height > page.height) {
    throw refuseField(
      "INVALID_FIELD",
      "seal",
      "does not fit on the page at its place",
      "use a smaller seal picture",
      "印章超出页面，请使用较小的印章图片",
    );
  }
  return { ...drawing, x, y };
}

function drawShape(element: Exclude<FaceElement, BoundElement | { type: "text" | "seal" }>): PlacedPath {
  switch (element.type) {
    case "line":
      return {
        kind: "path",
        path: { ops: "ML", coords: [...element.from, ...element.to] },
        stroke: element.stroke,
        strokeWidth: element.strokeWidth ?? 0.25,
        ...(element.dash !== undefined && { dash: element.dash }),
      };
    case "rect": {
      const [x, y, width, height] = element.box;
      const radius = Math.min(element.radius ?? 0, width / 2, height / 2);
      const path = radius > 0 ? roundedRectPath(x, y, width, height, radius) : rectPath(x, y, width, height);
      return { kind: "path", path, ...paintOf(element) };
    }
    case "path": {
      const scale = element.scale ?? 1;
      const [x, y] = element.at ?? [0, 0];
      return {
        kind: "path",
        path: mapPath(parsePath(element.d, "d"), [scale, 0, 0, scale, x, y]),
        ...paintOf(element),
      };
    }
    case "rosette":
      return { kind: "path", path: rosettePath(element), ...paintOf(element) };
    case "border":
      return { kind: "path", path: borderPath(element), ...paintOf(element) };
  }
}

function paintOf({ fill, stroke, strokeWidth }: Paint): Pick<PlacedPath, "fill" | "stroke" | "strokeWidth"> {
  return {
    ...(fill !== undefined && { fill }),
    ...(stroke !== undefined && { stroke, strokeWidth: strokeWidth ?? 0.25 }),
  };
}

function placeBound(
  element: BoundElement,
  message: FaceSource,
  fonts: FontLibrary,
  files: AttachedFiles = new Map(),
): Placed[] {
  if (element.type === "field")
    return placeText({ ...bindField(element, message), style: element, bound: true }, fonts);
  if (element.type === "table") return placeRows(element, message, fonts);
  if (element.type === "image") return placeImage(element, message, files);
  // The signed text holds the identifier and more, so it stands in its place.
  const signed = element.source === "metadata.identifier" ? message.metadata.qr : undefined;
  const value = signed ?? bindSource({ source: element.source }, message);
  if (value === "") return [];
  const [x, y, width, height] = element.box;
  const side = Math.min(width, height);
  const sources = [fieldName(element.source)];
  const [left, top] = [x + (width - side) / 2, y + (height - side) / 2];
  return [{ kind: "code", text: value, x: left, y: top, side, fill: element.color ?? "#000000", sources }];
}

/** Fits the picture into its box, keeping its proportions. */
function placeImage(element: ImageElement, message: FaceSource, files: AttachedFiles): PlacedImage[] {
  const found =
    element.attachment === undefined
      ? valuePicture(element.source ?? "", message)
      : attachedPicture(element.attachment, message, files);
  if (found === undefined) {
    if (element.required === true) throw missingPicture(element);
    return [];
  }
  const [x, y, width, height] = element.box;
  const { image, field } = found;
  const scale = Math.min(width / image.width, height / image.height);
  const [w, h] = [image.width * scale, image.height * scale];
  const sources = [field];
  return [
    { kind: "image", x: x + (width - w) / 2, y: y + (height - h) / 2, width: w, height: h, image, field, sources },
  ];
}

function missingPicture({ attachment, source = "" }: ImageElement): Refusal {
  if (attachment === undefined) {
    return refuseField(
      "DATA_INVALID",
      fieldName(source),
      "is missing, and the face needs this picture",
      "provide it",
      "缺少照面所需的图片，请提供",
    );
  }
  const what = `has no ${attachment}, and the face needs this picture`;
  return refuseField(
    "ATTACHMENT_REFUSED",
    "attachments",
    what,
    `attach it under the name ${attachment}`,
    `缺少照面所需的图片${attachment}，请以该名称附上`,
  );
}

function valuePicture(source: string, message: FaceSource): { image: Picture; field: string } | undefined {
  const value = bindSource({ source }, message);
  const field = fieldName(source);
  return value === "" ? undefined : { image: readPicture(value, field), field };
}
