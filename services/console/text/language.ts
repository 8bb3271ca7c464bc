import { useSyncExternalStore } from "react";

/** Languages of the screens, in the order in which each text stands. */
export const LANGUAGES = ["zh-CN", "en"] as const;
export type Language = (typeof LANGUAGES)[number];

const KEPT = "ecert.language";
const changed = new Set<() => void>();

/** The language that is shown: the one that was chosen, else Chinese. */
export function currentLanguage(): Language {
  return localStorage.getItem(KEPT) === "en" ? "en" : "zh-CN";
}

/** Shows everything in another language, now and at the next visit. */
export function chooseLanguage(language: Language): void {
  localStorage.setItem(KEPT, language);
  document.documentElement.lang = language;
  for (const tell of changed) tell();
}

/** The language that is shown; the part is drawn again when another one is chosen. */
export function useLanguage(): Language {
  return useSyncExternalStore((tell) => {
    changed.add(tell);
    return () => changed.delete(tell);
  }, currentLanguage);
}
