import { drawFace } from "../file-view/draw-face.ts";
import { element } from "../public-page/element.ts";
import type { Say } from "../public-page/language.ts";
import { timeText } from "../public-page/time-text.ts";
import { TEXTS } from "./confirm-texts.ts";
import { faceOf, type WaitingOrder } from "./host-call.ts";

/** What is shown to an officer, and what he may do. */
export interface OrdersParts {
  readonly officer: { readonly account: string; readonly name: string };
  readonly orders: readonly WaitingOrder[];
  /** Orders whose faces were looked at: no other one can be chosen. */
  readonly looked: Set<string>;
  confirm: (ids: readonly string[]) => void;
  reload: () => void;
}

/** Draws the orders that wait, each with its face on demand, and the button that confirms those chosen. */
export function drawOrders(say: Say, { officer, orders, looked, confirm, reload }: OrdersParts): Node[] {
  const chosen = new Set<string>();
  const button = element(
    "button",
    { type: "button", class: "main", disabled: true, onclick: () => confirm([...chosen]) },
    say(TEXTS.confirm),
  );
  const choose = (id: string, isChosen: boolean) => {
    if (isChosen) chosen.add(id);
    else chosen.delete(id);
    button.disabled = chosen.size === 0;
  };
  return [
    element("p", {}, `${officer.name} · ${officer.account}`),
    element("h2", {}, `${say(TEXTS.waiting)} · ${orders.length}`),
    ...(orders.length === 0 ? [element("p", { class: "panel" }, say(TEXTS.none))] : []),
    ...orders.map((order) => drawOrder(say, order, looked, choose)),
    ...(orders.length > 0 ? [button, " "] : []).map((one) =>
      typeof one === "string" ? document.createTextNode(one) : one,
    ),
    element("button", { type: "button", onclick: reload }, say(TEXTS.reload)),
  ];
}

function drawOrder(
  say: Say,
  order: WaitingOrder,
  looked: Set<string>,
  choose: (id: string, isChosen: boolean) => void,
): Node {
  const { id, name, holders, number, numberGiven, issuer, businessSerial, app, core, since, replaces, facePdfSha256 } =
    order;
  const face = element("div", { class: "face", hidden: true });
  const box = element("input", { type: "checkbox", id: `choose-${id}`, disabled: !looked.has(id) });
  box.addEventListener("change", () => choose(id, box.checked));
  const look = async () => {
    face.hidden = false;
    face.textContent = say(TEXTS.loading);
    try {
      await drawFace(face, await faceOf(id), `${name} ${businessSerial}`, say(TEXTS.broken));
      if (!face.querySelector("canvas")) return;
      looked.add(id);
      box.disabled = false;
    } catch {
      face.textContent = say(TEXTS.broken);
    }
  };
  const facts: [keyof typeof TEXTS, string][] = [
    ["holder", holders.map((holder) => `${holder.name} ${holder.code}`).join("、")],
    ["number", `${number}（${say(numberGiven ? TEXTS.given : TEXTS.computed)}）`],
    ["issuer", issuer],
    ["serial", businessSerial],
    ...(replaces ? [["replaces", replaces] as [keyof typeof TEXTS, string]] : []),
    ["by", `${app} · ${core}`],
    ["since", timeText(since)],
    ["digest", (facePdfSha256.slice(0, 32).match(/.{4}/g) ?? []).join(" ")],
  ];
  return element(
    "article",
    { class: "panel", "aria-label": `${name} ${businessSerial}` },
    element("h2", {}, `${name} · ${holders.map((holder) => holder.name).join("、")}`),
    element(
      "dl",
      {},
      ...facts.flatMap(([term, text]) => [element("dt", {}, say(TEXTS[term])), element("dd", {}, text)]),
    ),
    element("button", { type: "button", onclick: () => void look() }, say(TEXTS.look)),
    face,
    element("p", { class: "choose" }, box, element("label", { for: box.id }, say(TEXTS.looked))),
  );
}
