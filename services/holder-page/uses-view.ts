import { type CertificateUse, HolderService } from "../../proto/gen/ecert/usage/v1/holder_service_pb.ts";
import { element } from "../public-page/element.ts";
import type { Say } from "../public-page/language.ts";
import { timeText } from "../public-page/time-text.ts";
import { ACTIONS, TEXTS } from "./holder-texts.ts";
import { type Kinds, openKinds } from "./kind.ts";
import { type Field, narrowedCards } from "./narrowed-cards.ts";
import type { Session } from "./session.ts";
import type { View } from "./view.ts";

const PAGE_SIZE = 30;

const day = () => element("input", { type: "date" });
const FIELDS: readonly Field[] = [
  { name: "fromDay", label: TEXTS.fromDay, make: day },
  { name: "toDay", label: TEXTS.toDay, make: day },
  {
    name: "orderBy",
    label: TEXTS.order,
    make: (say) =>
      element(
        "select",
        {},
        element("option", { value: "" }, say(TEXTS.newestFirst)),
        element("option", { value: "at" }, say(TEXTS.oldestFirst)),
      ),
  },
];

/** Who has used the caller's certificates, when and why (5.9.5), newest first or oldest, of all days or of some. `attempt` runs what a button does, and tells what went wrong. */
export async function usesView(session: Session, attempt: (work: () => Promise<void>) => void): Promise<View> {
  const kinds = openKinds(session);
  const cards = await narrowedCards(
    async (narrowed, pageToken) => {
      const asked = { ...narrowed, pageSize: PAGE_SIZE, pageToken };
      const { uses, nextPageToken } = await session.call(HolderService.method.listUses, asked);
      await kinds.learn(uses.flatMap(({ itemCodes }) => itemCodes));
      return [uses, nextPageToken];
    },
    (say, use: CertificateUse) => element("li", { class: "panel" }, ...described(say, use, kinds)),
    FIELDS,
    { find: TEXTS.findUses, none: TEXTS.noUses, noneFound: TEXTS.noUsesFound },
  );
  return {
    draw: (say) => [
      element("h2", { id: "view", tabindex: -1 }, say(TEXTS.uses)),
      element("p", { class: "quiet" }, say(TEXTS.usesHint)),
      ...cards.draw(say, attempt),
    ],
  };
}

const named = (name: string, code: string) => [name, code].filter((part) => part !== "").join(" · ");

function described(say: Say, use: CertificateUse, kinds: Kinds): HTMLElement[] {
  // Data items are released of one certificate alone.
  const [kind] = use.itemCodes.map((code) => kinds.get(code));
  const rows = [
    [TEXTS.department, named(use.departmentName, use.departmentCode)],
    [TEXTS.place, named(use.nodeName, use.node)],
    [TEXTS.matter, named(use.matterName, use.matterCode)],
    [TEXTS.purpose, use.purpose],
    [TEXTS.kind, use.itemCodes.map((code) => kinds.get(code)?.name ?? code).join("、")],
    [TEXTS.identifier, use.identifier],
    [TEXTS.fields, use.fields.map((name) => kind?.titles.get(name) ?? name).join("、")],
  ] as const;
  const filled = rows.filter(([, value]) => value !== "");
  const action = ACTIONS[use.action];
  return [
    element("strong", {}, `${timeText(use.at)} · ${action ? say(action) : use.action}`),
    element("dl", {}, ...filled.flatMap(([name, value]) => [element("dt", {}, say(name)), element("dd", {}, value)])),
  ];
}
