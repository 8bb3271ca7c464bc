import { HolderService, type OwnCertificate } from "../../proto/gen/ecert/usage/v1/holder_service_pb.ts";
import { element } from "../public-page/element.ts";
import type { Say } from "../public-page/language.ts";
import { timeText } from "../public-page/time-text.ts";
import { TEXTS, VERDICTS } from "./holder-texts.ts";
import type { Session } from "./session.ts";
import { AT, type View } from "./view.ts";

const PAGE_SIZE = 20;

/** The caller's certificates, newest first; `redraw` is called when more of them are there. */
export async function listView(session: Session, redraw: () => void): Promise<View> {
  const ask = (pageToken: string) =>
    session.call(HolderService.method.listOwnCertificates, { pageSize: PAGE_SIZE, pageToken });
  let { certificates, nextPageToken } = await ask("");
  const more = async () => {
    const next = await ask(nextPageToken);
    certificates = [...certificates, ...next.certificates];
    nextPageToken = next.nextPageToken;
    redraw();
  };
  return {
    draw: (say) => [
      element("h2", { id: "view", tabindex: -1 }, say(TEXTS.certificates)),
      certificates.length === 0
        ? element("p", { class: "panel" }, say(TEXTS.none))
        : element("ul", { class: "cards" }, ...certificates.map((one) => element("li", {}, card(say, one)))),
      nextPageToken ? element("button", { type: "button", onclick: more }, say(TEXTS.more)) : undefined,
    ],
  };
}

function card(say: Say, { identifier, name, number, issuerName, verdict, issuedAt }: OwnCertificate): HTMLElement {
  return element(
    "a",
    { class: "panel card", href: AT.certificate(identifier) },
    element("strong", {}, name),
    verdictMark(say, verdict),
    element("span", { class: "quiet" }, `${say(TEXTS.number)} ${number}`),
    element("span", { class: "quiet" }, `${issuerName} · ${timeText(issuedAt)}`),
  );
}

/** A verdict as a word with its colour and its sign. */
export function verdictMark(say: Say, verdict: OwnCertificate["verdict"]): HTMLElement {
  const [tone, words] = VERDICTS[verdict] ?? ["open", ["", ""]];
  const sign = { good: "✔", ended: "!", open: "?", bad: "✘" }[tone];
  return element("span", { class: `mark ${tone}` }, element("span", { "aria-hidden": "true" }, `${sign} `), say(words));
}
