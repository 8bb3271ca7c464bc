import { HolderService } from "../../proto/gen/ecert/usage/v1/holder_service_pb.ts";
import { instantOf } from "../domain/instant.ts";
import { element } from "../public-page/element.ts";
import type { Say } from "../public-page/language.ts";
import { readOwn } from "./certificate-view.ts";
import { left, TEXTS } from "./holder-texts.ts";
import { holdersText, verdictMark } from "./list-view.ts";
import type { Session } from "./session.ts";
import { AT, type View } from "./view.ts";

/** How often it is asked whether the code was redeemed. */
const LOOK_EVERY_MS = 3_000;

/** A code that is shown, and what has become of it. */
interface Code {
  readonly id: string;
  readonly svg: string;
  readonly endsAt: number;
  /** Names of the items that it shows. */
  readonly fields: readonly string[];
  /** It tells who the holder is. */
  readonly tells: boolean;
  fate: "shown" | "redeemed" | "withdrawn" | "over";
}

/** Showing a certificate (亮证, 5.5.2): the holder chooses what is shown, and a code is good once, with a countdown. */
export async function showView(
  session: Session,
  identifier: string,
  redraw: () => void,
  attempt: (work: () => Promise<void>) => void,
): Promise<View> {
  const own = await readOwn(session, identifier);
  const chosen = new Set<string>();
  let tellsHolder = false;
  let code: Code | undefined;
  let ticking: number | undefined;
  let looking: number | undefined;
  let making = false;
  let gone = false;

  function stop(): void {
    clearInterval(ticking);
    clearInterval(looking);
  }

  function end(fate: Code["fate"]): void {
    if (code?.fate !== "shown") return;
    code.fate = fate;
    stop();
    redraw();
  }

  async function make(): Promise<void> {
    if (making) return;
    making = true;
    const fields = own.rows.map(({ name }) => name).filter((name) => chosen.has(name));
    const tells = tellsHolder;
    const asked = session.call(HolderService.method.createPresentation, { identifier, fields, tellsHolder: tells });
    const made = await asked.finally(() => {
      making = false;
    });
    if (gone) return;
    const { presentationId: id, qrSvg: svg, expiresAt } = made;
    code = { id, svg, endsAt: instantOf(expiresAt), fields, tells, fate: "shown" };
    ticking = window.setInterval(tick, 500);
    looking = window.setInterval(() => void look(), LOOK_EVERY_MS);
    redraw();
  }

  function tick(): void {
    const seconds = secondsLeft();
    if (seconds <= 0) {
      end("over");
      return;
    }
    const place = document.getElementById("left");
    if (place) place.textContent = leftText(seconds);
  }

  const secondsLeft = () => Math.ceil(((code?.endsAt ?? 0) - Date.now()) / 1_000);
  const leftText = (seconds: number) => left(seconds)[document.documentElement.lang === "en" ? 1 : 0];

  /** A line that breaks in between is no fault: it is asked again. */
  async function look(): Promise<void> {
    const { uses } = await session
      .call(HolderService.method.listUses, { pageSize: 20 })
      .catch(() => ({ uses: [] as { presentationId: string }[] }));
    if (uses.some(({ presentationId }) => presentationId === code?.id)) end("redeemed");
  }

  async function withdraw(): Promise<void> {
    await session.call(HolderService.method.cancelPresentation, { presentationId: code?.id ?? "" });
    end("withdrawn");
  }

  function drawChoice(say: Say): HTMLElement[] {
    const items = own.rows.map(({ name, title }) => {
      const box = element("input", {
        type: "checkbox",
        checked: chosen.has(name),
        onchange: () => void (box.checked ? chosen.add(name) : chosen.delete(name)),
      });
      return element("label", { class: "choice" }, box, title);
    });
    const tell = element("input", {
      type: "checkbox",
      checked: tellsHolder,
      "aria-describedby": "tell-how",
      onchange: () => {
        tellsHolder = tell.checked;
      },
    });
    return [
      element("p", { class: "quiet" }, say(TEXTS.showHint)),
      element("label", { class: "choice" }, tell, say(TEXTS.tellHolder)),
      element("p", { id: "tell-how", class: "quiet" }, say(TEXTS.tellHolderHow)),
      element("fieldset", {}, element("legend", {}, say(TEXTS.showItems)), ...items),
      element("button", { type: "button", class: "main", onclick: () => attempt(make) }, say(TEXTS.makeCode)),
    ];
  }

  function drawCode(say: Say, { svg, fate, fields, tells }: Code): HTMLElement[] {
    const again = () => {
      code = undefined;
      redraw();
    };
    if (fate !== "shown")
      return [
        element("p", { class: `mark ${fate === "redeemed" ? "good" : "ended"}`, role: "status" }, say(TEXTS[fate])),
        element("button", { type: "button", class: "main", onclick: again }, say(TEXTS.show)),
      ];
    const who = tells ? [say(TEXTS.holderTold)] : [];
    const shown = own.rows.filter(({ name }) => fields.includes(name)).map(({ title }) => title);
    return [
      element("img", { class: "qr", alt: say(TEXTS.qr), src: `data:image/svg+xml;base64,${btoa(svg)}` }),
      element("p", { id: "left", class: "left" }, leftText(secondsLeft())),
      element("p", {}, `${say(TEXTS.shown)}：${[say(TEXTS.nameAndState), ...who, ...shown].join("、")}`),
      element("button", { type: "button", onclick: () => attempt(withdraw) }, say(TEXTS.withdraw)),
    ];
  }

  return {
    draw: (say) => [
      element("a", { class: "back", href: AT.certificate(identifier) }, `‹ ${own.certificate.name}`),
      element(
        "section",
        { class: "panel", "aria-labelledby": "view" },
        element("h2", { id: "view", tabindex: -1 }, `${say(TEXTS.show)} · ${own.certificate.name}`),
        element("p", {}, holdersText(say, own.certificate)),
        verdictMark(say, own.certificate.verdict),
        ...(code ? drawCode(say, code) : drawChoice(say)),
      ),
    ],
    leave() {
      gone = true;
      stop();
    },
  };
}
