import { currentLanguage, LANGUAGES, type Language, useLanguage } from "./language.ts";

/** A text in every language: [Chinese, English]. */
export type Both = readonly [chinese: string, english: string];
/** A text, or one that is made from values. */
export type Entry = Both | ((...values: never[]) => Both);

/** A catalog in one language. */
export type Texts<C extends Record<string, Entry>> = {
  readonly [K in keyof C]: C[K] extends (...values: infer V) => Both ? (...values: V) => string : string;
};

/** A catalog in a language. */
export function textsIn<C extends Record<string, Entry>>(catalog: C, language: Language): Texts<C> {
  const place = LANGUAGES.indexOf(language);
  const pick = (entry: Entry) =>
    typeof entry === "function"
      ? (...values: unknown[]) => (entry as (...values: unknown[]) => Both)(...values)[place]
      : entry[place];
  return Object.fromEntries(Object.entries(catalog).map(([key, entry]) => [key, pick(entry)])) as Texts<C>;
}

/** A catalog in the language that is shown. A catalog stands beside the pages that use it, each text in both languages on one line. */
export function useTexts<C extends Record<string, Entry>>(catalog: C): Texts<C> {
  return textsIn(catalog, useLanguage());
}

/** One text in the language that is shown, outside of parts that are drawn. */
export function said(both: Both): string {
  return both[LANGUAGES.indexOf(currentLanguage())] as string;
}
