import { HolderService, type OwnCertificate } from "../../proto/gen/ecert/usage/v1/holder_service_pb.ts";
import { element } from "../public-page/element.ts";
import type { Say } from "../public-page/language.ts";
import { timeText } from "../public-page/time-text.ts";
import { others, TEXTS, VERDICTS } from "./holder-texts.ts";
import { type Field, narrowedCards } from "./narrowed-cards.ts";
import type { Session } from "./session.ts";
import { AT, type View } from "./view.ts";

const PAGE_SIZE = 20;
/** Holders that a card names. */
const NAMED = 2;

const BY_TEXT: Field = {
  name: "search",
  label: TEXTS.findBy,
  make: () => element("input", { type: "search", maxlength: 100, autocomplete: "off" }),
};

/** The caller's certificates, newest first, all or those that hold a text. `attempt` runs what a button does, and tells what went wrong. */
export async function listView(session: Session, attempt: (work: () => Promise<void>) => void): Promise<View> {
  const cards = await narrowedCards(
    async ({ search = "" }, pageToken) => {
      const asked = { pageSize: PAGE_SIZE, pageToken, search };
      const { certificates, nextPageToken } = await session.call(HolderService.method.listOwnCertificates, asked);
      return [certificates, nextPageToken];
    },
    (say, one: OwnCertificate) => element("li", {}, card(say, one)),
    [BY_TEXT],
    { find: TEXTS.find, none: TEXTS.none, noneFound: TEXTS.noneFound },
  );
  return {
    draw: (say) => [element("h2", { id: "view", tabindex: -1 }, say(TEXTS.certificates)), ...cards.draw(say, attempt)],
  };
}

function card(say: Say, one: OwnCertificate): HTMLElement {
  const { identifier, name, number, issuerName, verdict, issuedAt } = one;
  return element(
    "a",
    { class: "panel card", href: AT.certificate(identifier) },
    element("strong", {}, name),
    verdictMark(say, verdict),
    element("span", { class: "wide" }, holdersText(say, one, NAMED)),
    element("span", { class: "quiet" }, `${say(TEXTS.number)} ${number}`),
    element("span", { class: "quiet" }, `${issuerName} · ${timeText(issuedAt)}`),
  );
}

/** Holders of a certificate by name and masked code, which tells firms apart that bear one name; of more than `most` those, and how many there are. */
export function holdersText(say: Say, { holders }: OwnCertificate, most = holders.length): string {
  const named = holders.slice(0, most).map(({ name, maskedCode }) => `${name}（${maskedCode}）`);
  return named.join("、") + (holders.length > most ? say(others(holders.length)) : "");
}

/** A verdict as a word with its colour and its sign. */
export function verdictMark(say: Say, verdict: OwnCertificate["verdict"]): HTMLElement {
  const [tone, words] = VERDICTS[verdict] ?? ["open", ["", ""]];
  const sign = { good: "✔", ended: "!", open: "?", bad: "✘" }[tone];
  return element("span", { class: `mark ${tone}` }, element("span", { "aria-hidden": "true" }, `${sign} `), say(words));
}
