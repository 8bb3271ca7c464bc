import { type CertificateUse, HolderService } from "../../proto/gen/ecert/usage/v1/holder_service_pb.ts";
import { element } from "../public-page/element.ts";
import type { Say } from "../public-page/language.ts";
import { timeText } from "../public-page/time-text.ts";
import { ACTIONS, TEXTS } from "./holder-texts.ts";
import type { Session } from "./session.ts";
import type { View } from "./view.ts";

const PAGE_SIZE = 30;

/** Who has used the caller's certificates, when and why (5.9.5), newest first. */
export async function usesView(session: Session, redraw: () => void): Promise<View> {
  const ask = (pageToken: string) => session.call(HolderService.method.listUses, { pageSize: PAGE_SIZE, pageToken });
  let { uses, nextPageToken } = await ask("");
  const more = async () => {
    const next = await ask(nextPageToken);
    uses = [...uses, ...next.uses];
    nextPageToken = next.nextPageToken;
    redraw();
  };
  return {
    draw: (say) => [
      element("h2", { id: "view", tabindex: -1 }, say(TEXTS.uses)),
      element("p", { class: "quiet" }, say(TEXTS.usesHint)),
      uses.length === 0
        ? element("p", { class: "panel" }, say(TEXTS.noUses))
        : element(
            "ul",
            { class: "cards" },
            ...uses.map((use) => element("li", { class: "panel" }, ...described(say, use))),
          ),
      nextPageToken ? element("button", { type: "button", onclick: more }, say(TEXTS.more)) : undefined,
    ],
  };
}

function described(say: Say, use: CertificateUse): HTMLElement[] {
  const rows = [
    [TEXTS.department, use.departmentCode],
    [TEXTS.matter, use.matterCode],
    [TEXTS.purpose, use.purpose],
    [TEXTS.identifier, use.identifier],
    [TEXTS.fields, use.fields.join("、")],
  ] as const;
  const filled = rows.filter(([, value]) => value !== "");
  const action = ACTIONS[use.action];
  return [
    element("strong", {}, `${timeText(use.at)} · ${action ? say(action) : use.action}`),
    element("dl", {}, ...filled.flatMap(([name, value]) => [element("dt", {}, say(name)), element("dd", {}, value)])),
  ];
}
