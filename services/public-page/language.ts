/** Languages of the page, in the order in which each text stands. */
const LANGUAGES = ["zh-CN", "en"] as const;
export type Language = (typeof LANGUAGES)[number];

/** A text in every language: [Chinese, English]. */
export type Both = readonly [chinese: string, english: string];

/** The console of staff keeps the choice under the same name. */
const KEPT = "ecert.language";

/** The language that was chosen in this browser, else Chinese; a browser that keeps nothing shows Chinese. */
export function keptLanguage(): Language {
  try {
    return localStorage.getItem(KEPT) === "en" ? "en" : "zh-CN";
  } catch {
    return "zh-CN";
  }
}

/** Keeps the choice for the next visit, where the browser keeps anything. */
export function keepLanguage(language: Language): void {
  try {
    localStorage.setItem(KEPT, language);
  } catch {
    // Somebody who lets nothing be kept chooses again next time.
  }
}

/** Picks the text of a language. */
export const inLanguage =
  (language: Language) =>
  (both: Both): string =>
    both[LANGUAGES.indexOf(language)] as string;

/** A text in the language that is shown. */
export type Say = ReturnType<typeof inLanguage>;
