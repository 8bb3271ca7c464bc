import { type PdfObject, type PlainPdf, readPlainPdf } from "./pdf-form.ts";
import type { AlteredPart } from "./report.ts";

/** Most parts that are named. */
const MOST = 50;

/**
 * Names what differs between a face as it was signed and an altered copy: pages by number (from 1), for everything that is drawn on
 * them, and objects by number and kind. Empty where either has not the form of a face. Names places, never values.
 */
export function pdfChanges(original: Buffer, copy: Buffer): AlteredPart[] {
  const [genuine, found] = [readPlainPdf(original), readPlainPdf(copy)];
  if ("different" in genuine || "different" in found) return [];
  const changed = byObjects(genuine, found);
  const pages = pagesOf(genuine)
    .map((reached, index) => ({ number: index + 1, hit: [...changed.keys()].some((number) => reached.has(number)) }))
    .filter(({ hit }) => hit);
  const objects = [...changed].map(([number, change]): AlteredPart => {
    const object = genuine.objects.get(number) ?? found.objects.get(number);
    return { kind: "object", name: `${number} 0 obj${kindOf(object)}`, change };
  });
  return [
    ...pages.map(({ number }): AlteredPart => ({ kind: "page", name: String(number), change: "altered" })),
    ...objects,
  ].slice(0, MOST);
}

type Changes = Map<number, AlteredPart["change"]>;

function byObjects(genuine: PlainPdf, found: PlainPdf): Changes {
  const changes: Changes = new Map();
  for (const [number, object] of genuine.objects) {
    const other = found.objects.get(number);
    if (other === undefined) changes.set(number, "missing");
    else if (!same(object, other)) changes.set(number, "altered");
  }
  for (const number of found.objects.keys()) if (!genuine.objects.has(number)) changes.set(number, "added");
  return changes;
}

function same(a: PdfObject, b: PdfObject): boolean {
  if (a.text !== b.text) return false;
  return a.stream === undefined || b.stream === undefined ? a.stream === b.stream : a.stream.equals(b.stream);
}

/** What each page reaches, itself included, in the order of the page tree. */
function pagesOf({ objects }: PlainPdf): Set<number>[] {
  const pages = [...objects.values()].filter(({ names }) => names[names.indexOf("Type") + 1] === "Page");
  const order =
    [...objects.values()].find(({ names }) => names[names.indexOf("Type") + 1] === "Pages")?.references ?? [];
  pages.sort((a, b) => order.indexOf(a.number) - order.indexOf(b.number));
  const others = new Set(pages.map(({ number }) => number));
  return pages.map((page) => {
    const reached = new Set<number>([page.number]);
    const open = [...page.references];
    for (let number = open.pop(); number !== undefined; number = open.pop()) {
      const object = objects.get(number);
      if (object === undefined || reached.has(number) || others.has(number) || object.names.includes("Kids")) continue;
      reached.add(number);
      open.push(...object.references);
    }
    return reached;
  });
}

function kindOf(object: PdfObject | undefined): string {
  const type = object?.names[object.names.indexOf("Type") + 1];
  return type === undefined || !object?.names.includes("Type") ? "" : ` (${type.slice(0, 20)})`;
}
