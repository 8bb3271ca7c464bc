import type { PlainPdf } from "./pdf-form.ts";

/**
 * Names of what changes the appearance of a page without changing a signed octet, or does something by itself: layers,
 * scripts, actions, forms that readers fill in or draw anew, embedded players (ISO 32000-1 §8.11, §12.6, §12.7).
 */
const CHANGING = new Set(
  [
    ["OCProperties", "OCGs", "OCG", "OCMD", "OC"],
    [
      "JavaScript",
      "JS",
      "OpenAction",
      "AA",
      "Launch",
      "GoToR",
      "GoToE",
      "SubmitForm",
      "ImportData",
      "ResetForm",
      "Hide",
    ],
    ["NeedAppearances", "XFA", "FreeText", "Popup", "URI"],
    ["RichMedia", "Movie", "Sound", "Screen", "Rendition", "3D", "Collection"],
  ].flat(),
);

/** How many objects a remark names at most. */
const NAMED = 8;

/**
 * Finds in a signed file what shadow attacks need (hide, replace, hide-and-replace: content that was laid out before the
 * signature, to be brought up behind it): objects that nothing refers to, layers, active content, form fields other than
 * the signature. Returns remarks; empty for a face of this platform.
 */
export function hiddenContent({ objects, trailer }: PlainPdf): string[] {
  const remarks: string[] = [];
  const reached = new Set<number>();
  const open = [...trailer.references];
  for (let number = open.pop(); number !== undefined; number = open.pop()) {
    const object = objects.get(number);
    if (object === undefined || reached.has(number)) continue;
    reached.add(number);
    open.push(...object.references);
  }
  const loose = [...objects.keys()].filter((number) => !reached.has(number));
  if (loose.length > 0) remarks.push(`nothing refers to ${loose.length > 1 ? "objects" : "object"} ${listed(loose)}`);
  for (const { number, names } of objects.values()) {
    const changing = [...new Set(names)].filter((name) => CHANGING.has(name));
    if (changing.length > 0) remarks.push(`object ${number} holds /${changing.slice(0, NAMED).join(", /")}`);
    const field = names[names.indexOf("FT") + 1];
    if (names.includes("FT") && field !== "Sig") remarks.push(`object ${number} is a form field /${field ?? ""}`);
    if (remarks.length >= NAMED) break;
  }
  return remarks;
}

function listed(numbers: readonly number[]): string {
  const named = numbers.slice(0, NAMED).join(", ");
  return numbers.length > NAMED ? `${named} and ${numbers.length - NAMED} more` : named;
}
