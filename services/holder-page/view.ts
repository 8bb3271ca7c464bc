import type { Language, Say } from "../public-page/language.ts";

/** What the page shows below its heading. It is drawn again when the language changes; what it holds stays. */
export interface View {
  readonly draw: (say: Say, language: Language) => readonly (Node | undefined)[];
  /** Called when it gives way to another one. */
  readonly leave?: () => void;
}

/** Addresses of views, behind the `#`. */
export const AT = {
  list: "#/",
  uses: "#/uses",
  certificate: (identifier: string) => `#/certificate/${encodeURIComponent(identifier)}`,
  show: (identifier: string) => `#/show/${encodeURIComponent(identifier)}`,
  report: (identifier: string) => `#/report/${encodeURIComponent(identifier)}`,
} as const;
