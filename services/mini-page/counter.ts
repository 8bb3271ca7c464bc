import type { Both, Language, Say } from "../public-page/language.ts";
import type { Session } from "./session.ts";

/** What the page shows below its heading. Drawn again when the language changes: values stand in what the view holds, not in its elements. */
export interface View {
  readonly draw: (say: Say, language: Language) => readonly (Node | undefined)[];
  /** Called when it gives way to another one. */
  readonly leave?: () => void;
}

/** A part below the form: drawn again like a view. */
export interface Part {
  draw(say: Say): readonly (Node | undefined)[];
  leave?(): void;
}

/** The kinds that a matter may use, by their codes. */
export type Kinds = ReadonlyMap<string, { readonly name: string; readonly schemaJson: string }>;

/** What views work with. */
export interface Counter {
  readonly session: Session;
  say(both: Both): string;
  /** Draws the view anew, unless it was left; `focus`: id of what gets the focus. */
  redraw(focus?: string): void;
  /** Says something above the view; nothing takes it away. */
  tell(both?: Both): void;
  /** Does what a button stands for, once at a time; what goes wrong is told above the view, which stays. */
  attempt(work: () => Promise<void>): Promise<void>;
  /** Tells what went wrong. */
  tellFault(error: unknown): void;
  /** A button that cannot be pressed while it works. */
  button(text: string, work: () => Promise<void> | void, kind?: "main" | "plain"): HTMLButtonElement;
}

/** Addresses of views, behind the `#`. */
export const AT = {
  home: "#/",
  use: (matter: string) => `#/use/${encodeURIComponent(matter)}`,
  issue: (matter: string) => `#/issue/${encodeURIComponent(matter)}`,
  make: (item: string) => `#/make/${encodeURIComponent(item)}`,
  replace: (identifier: string) => `#/replace/${encodeURIComponent(identifier)}`,
  made: (serial: string) => `#/made/${encodeURIComponent(serial)}`,
} as const;

/** Goes to a view, also to the one that is shown. */
export function goTo(hash: string): void {
  if (location.hash === hash) dispatchEvent(new HashChangeEvent("hashchange"));
  else location.hash = hash;
}
