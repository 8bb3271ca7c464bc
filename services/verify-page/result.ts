import { element } from "../public-page/element.ts";
import type { Both, Say } from "../public-page/language.ts";
import { timeText } from "../public-page/time-text.ts";
import type { Outcome } from "./outcome.ts";
import { TEXTS } from "./page-texts.ts";
import type { Row, Tone } from "./told.ts";

/** A verdict has a sign beside its colour and its words. */
const SIGNS: Readonly<Record<Tone, string>> = { good: "✔", ended: "!", open: "?", foreign: "○", bad: "✘" };

/** The verdict, what it rests on, what to do, and the details. Its heading can be given the focus, so that it is read aloud. */
export function drawResult(say: Say, { told, of, at, face }: Outcome, again: () => void): HTMLElement {
  const { tone, sentence, next, restsOn, facts, details, findings } = told;
  const verifiedAt = timeText(at.toISOString());
  return element(
    "section",
    { class: "result", "aria-labelledby": "verdict" },
    element(
      "div",
      { class: `verdict ${tone}` },
      element("span", { class: "sign", "aria-hidden": "true" }, SIGNS[tone]),
      element("h2", { id: "verdict", tabindex: -1 }, say(sentence)),
      of ? element("p", {}, of) : undefined,
    ),
    element("h3", {}, say(TEXTS.next)),
    element("p", { class: "next" }, say(next)),
    ...listOf(say, TEXTS.restsOn, restsOn.map(say)),
    ...(facts.length > 0 ? [element("h3", {}, say(TEXTS.facts)), tableOf(say, facts)] : []),
    face?.draw(say),
    details.length + findings.length > 0
      ? element(
          "details",
          {},
          element("summary", {}, say(TEXTS.details)),
          tableOf(say, details),
          ...listOf(
            say,
            TEXTS.findings,
            findings.map(({ code, text, detail }) => `${say([`${text} `, ""])}${code}: ${detail}`),
          ),
        )
      : undefined,
    element(
      "p",
      { class: "printed" },
      `${say(TEXTS.printed)} · ${say(TEXTS.at)} ${verifiedAt} · ${say(TEXTS.place)} ${location.origin}${location.pathname}`,
    ),
    element(
      "div",
      { class: "actions" },
      element("button", { type: "button", class: "main", onclick: again }, say(TEXTS.again)),
      element("button", { type: "button", onclick: () => print() }, say(TEXTS.print)),
    ),
  );
}

function listOf(say: Say, title: Both, lines: readonly string[]): HTMLElement[] {
  if (lines.length === 0) return [];
  return [element("h3", {}, say(title)), element("ul", {}, ...lines.map((line) => element("li", {}, line)))];
}

function tableOf(say: Say, rows: readonly Row[]): HTMLElement {
  const cells = rows.flatMap(([name, value]) => [
    element("dt", {}, say(name)),
    element("dd", {}, typeof value === "string" ? value : say(value)),
  ]);
  return element("dl", {}, ...cells);
}
