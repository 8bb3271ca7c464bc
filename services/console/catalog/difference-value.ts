import { said } from "../text/texts.ts";
import { HOLDER_KINDS, LEVELS } from "./catalog-texts.ts";

const WORDS = new Map(Object.entries({ ...HOLDER_KINDS, ...LEVELS }));

/** A value that differs as people read it: texts without quotes, several beside each other, and what the contract names by its word. */
export function shownValue(json: string): string {
  const value = opened(json);
  const texts = Array.isArray(value) ? value : [value];
  if (!texts.every((one) => typeof one === "string")) return json;
  return texts.map((text) => said(WORDS.get(text) ?? [text, text])).join("、");
}

/** The contract cuts long values short, which are no JSON then and are shown as they came. */
function opened(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}
