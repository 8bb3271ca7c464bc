import { element } from "../public-page/element.ts";
import type { Both, Say } from "../public-page/language.ts";
import type { GivenFile } from "./given-files.ts";
import type { Asked } from "./outcome.ts";
import { TEXTS } from "./page-texts.ts";
import type { Scanner } from "./scan-part.ts";

/** What stands in the forms, kept while the page is drawn anew. */
export interface Filled {
  files: readonly GivenFile[];
  text: string;
  identifier: string;
}

/** The three ways to verify: a file, the text of a code, an identifier. `ask` is called with what was handed in. */
export function drawForms(say: Say, filled: Filled, scanner: Scanner, ask: (asked: Asked) => void): HTMLElement[] {
  return [fileForm(say, filled, ask), codeForm(say, filled, scanner, ask), identifierForm(say, filled, ask)];
}

function fileForm(say: Say, filled: Filled, ask: (asked: Asked) => void): HTMLElement {
  const chosen = element("ul", { class: "chosen" });
  const showChosen = () => chosen.replaceChildren(...filled.files.map(({ name }) => element("li", {}, name)));
  const choose = (files: FileList | null | undefined) => {
    if (!files?.length) return;
    filled.files = [...files];
    showChosen();
  };
  showChosen();
  const input = element("input", {
    ...{ id: "file", type: "file", multiple: true, accept: ".pdf,.ofd,.json,.p7s", "aria-describedby": "file-hint" },
    onchange: () => choose(input.files),
  });
  const field = element(
    "div",
    {
      class: "drop",
      ondragover: (event) => event.preventDefault(),
      ondrop: (event) => {
        event.preventDefault();
        choose((event as DragEvent).dataTransfer?.files);
      },
    },
    element("label", { for: "file" }, say(TEXTS.fileLabel)),
    input,
    element("p", { class: "quiet wide" }, say(TEXTS.drop)),
    chosen,
  );
  const parts = [element("p", { id: "file-hint", class: "quiet" }, say(TEXTS.fileHint)), field];
  return form(say, "file", TEXTS.fileTitle, TEXTS.fileGo, parts, () => ask({ kind: "files", files: filled.files }));
}

function codeForm(say: Say, filled: Filled, scanner: Scanner, ask: (asked: Asked) => void): HTMLElement {
  const go = () => ask({ kind: "code", text: filled.text });
  const found = (text: string) => {
    filled.text = text;
    go();
  };
  const area = element("textarea", {
    ...{ id: "code", rows: 3, spellcheck: "false", autocomplete: "off" },
    oninput: () => {
      filled.text = area.value;
    },
    // A scanner that works as a keyboard ends a code with this key; no code has a line end in it.
    onkeydown: (event) => {
      const { key, isComposing } = event as KeyboardEvent;
      if (key !== "Enter" || isComposing) return;
      event.preventDefault();
      go();
    },
  });
  area.value = filled.text;
  const parts = [
    element("p", { class: "quiet" }, say(TEXTS.codeHint)),
    scanner.draw(say, found),
    element("label", { for: "code" }, say(TEXTS.codeLabel)),
    area,
  ];
  const drawn = form(say, "code", TEXTS.codeTitle, TEXTS.codeGo, parts, go);
  const take = (event: Event, files: FileList | undefined) => {
    const [file] = files ?? [];
    if (!file) return;
    event.preventDefault();
    scanner.look(file);
  };
  drawn.addEventListener("paste", (event) => take(event, event.clipboardData?.files));
  drawn.addEventListener("dragover", (event) => event.preventDefault());
  drawn.addEventListener("drop", (event) => take(event, event.dataTransfer?.files));
  return drawn;
}

function identifierForm(say: Say, filled: Filled, ask: (asked: Asked) => void): HTMLElement {
  const input = element("input", {
    ...{ id: "identifier", type: "text", spellcheck: "false", autocomplete: "off", autocapitalize: "characters" },
    "aria-describedby": "identifier-hint",
    oninput: () => {
      filled.identifier = input.value;
    },
  });
  input.value = filled.identifier;
  const parts = [
    element("label", { for: "identifier" }, say(TEXTS.identifierLabel)),
    element("p", { id: "identifier-hint", class: "quiet" }, say(TEXTS.identifierHint)),
    input,
  ];
  const go = () => ask({ kind: "identifier", identifier: filled.identifier });
  return form(say, "identifier", TEXTS.identifierTitle, TEXTS.identifierGo, parts, go);
}

/** One way to verify. The first one has the page's one filled button. */
function form(say: Say, name: string, title: Both, go: Both, parts: readonly Node[], submit: () => void): HTMLElement {
  return element(
    "form",
    {
      ...{ class: "panel", "aria-labelledby": `${name}-title`, novalidate: true },
      onsubmit: (event) => {
        event.preventDefault();
        submit();
      },
    },
    element("h2", { id: `${name}-title` }, say(title)),
    ...parts,
    element("button", { type: "submit", class: name === "file" ? "main" : "" }, say(go)),
  );
}
