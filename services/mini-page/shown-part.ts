import type { JsonObject } from "@bufbuild/protobuf";
import type { RedeemPresentationResponse } from "../../proto/gen/ecert/usage/v1/usage_service_pb.ts";
import { dataRows } from "../public-page/data-rows.ts";
import { element } from "../public-page/element.ts";
import type { Both, Say } from "../public-page/language.ts";
import { toldVerdict } from "../staff-model/verdicts.ts";
import type { Counter, Kinds, Part } from "./counter.ts";
import { TEXTS } from "./mini-texts.ts";

/** What a holder has shown (亮证): the verdict, the data that the holder chose, and the way on to what else the matter needs of the same holder. */
export function shownPart(
  counter: Counter,
  { certificate, data = {} }: RedeemPresentationResponse,
  { kinds, look }: { kinds: Kinds; look: () => Promise<void> },
): Part {
  if (!certificate) throw new TypeError("an answer without its certificate");
  const { name, maskedNumber, issuerName, verdict, itemCode } = certificate;
  const told = toldVerdict(verdict);
  return {
    draw: (say) => [
      element(
        "article",
        { class: "panel", "aria-label": `${name} ${maskedNumber}` },
        element("h3", {}, name),
        element("p", {}, `${maskedNumber} · ${issuerName}`),
        mark(say, { ...told, text: told.text }),
        element("p", { class: "next" }, say(told.next)),
        element("h3", {}, say(TEXTS.shown)),
        dataList(data, kinds.get(itemCode)?.schemaJson ?? ""),
      ),
      counter.button(say(TEXTS.look), look),
    ],
  };
}

/** Data items that were given out, by the titles of their standard. */
export function dataList(data: JsonObject, schemaJson: string): HTMLElement {
  const rows = dataRows(data, schemaJson);
  return element(
    "dl",
    {},
    ...rows.flatMap(({ title, value }) => [element("dt", {}, title), element("dd", {}, value || "—")]),
  );
}

/** A state as a word with its colour and shape. */
export function mark(say: Say, { tone, shape, text }: { tone: string; shape: string; text: Both }): HTMLElement {
  return element("p", { class: `mark ${tone}` }, element("span", { "aria-hidden": "true" }, `${shape} `), say(text));
}
