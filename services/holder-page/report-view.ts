import { type ErrorReport, ErrorReportState } from "../../proto/gen/ecert/usage/v1/error_report_pb.ts";
import { HolderService } from "../../proto/gen/ecert/usage/v1/holder_service_pb.ts";
import { element } from "../public-page/element.ts";
import type { Say } from "../public-page/language.ts";
import { timeText } from "../public-page/time-text.ts";
import { warnUnsent } from "../public-page/warn-unsent.ts";
import { type Own, readOwn } from "./certificate-view.ts";
import { TEXTS } from "./holder-texts.ts";
import { holdersText } from "./list-view.ts";
import { pagedCards } from "./paged-cards.ts";
import { openDraft } from "./report-draft.ts";
import type { Session } from "./session.ts";
import { AT, type View } from "./view.ts";

/** Characters of a report, as the contract has them (`ReportErrorRequest.text`). */
const MOST_CHARACTERS = 500;
const PAGE_SIZE = 20;

/** Reporting an error of a certificate (报错, 5.5.2) to its issuer, and what that has answered. */
export async function reportView(
  session: Session,
  identifier: string,
  redraw: (focus?: string) => void,
  attempt: (work: () => Promise<void>) => void,
): Promise<View> {
  const { method } = HolderService;
  const ask = async (pageToken: string) => {
    const asked = { identifier, pageSize: PAGE_SIZE, pageToken };
    const { reports, nextPageToken } = await session.call(method.listOwnErrorReports, asked);
    return [reports, nextPageToken] as const;
  };
  const own = await readOwn(session, identifier);
  const cards = await pagedCards(ask, (say, one: ErrorReport) => drawReport(say, one, own));
  const draft = openDraft(identifier);
  let sending = false;
  let sent = false;
  // Filled anew by themselves: whoever goes on writing meanwhile keeps text and focus.
  const [told, listed] = [element("div", {}), element("div", {})];
  const fill = (say: Say) => {
    told.replaceChildren(
      ...(sent ? [element("p", { id: "sent", role: "status", tabindex: -1 }, say(TEXTS.reportSent))] : []),
    );
    const heading = cards.rows.length > 0 ? [element("h2", {}, say(TEXTS.reported))] : [];
    listed.replaceChildren(...heading, ...cards.draw(say, attempt));
  };
  async function send(say: Say): Promise<void> {
    if (sending) return;
    sending = true;
    const handedIn = draft.read();
    try {
      const { report } = await session.call(method.reportError, {
        ...{ requestId: draft.requestId(), identifier },
        ...handedIn,
      });
      if (!report) throw new TypeError("an answer without its report");
      sent = true;
      cards.rows = [report, ...cards.rows.filter((one) => one.reportId !== report.reportId)];
      const { field, text } = draft.read();
      if (field !== handedIn.field || text !== handedIn.text) return fill(say);
      draft.forget();
      redraw("sent");
    } finally {
      sending = false;
    }
  }
  const leave = warnUnsent(() => draft.read().text.trim() !== "");

  function form(say: Say): HTMLElement {
    const { field, text } = draft.read();
    const choice = element(
      "select",
      { id: "field", onchange: () => draft.write({ ...draft.read(), field: choice.value }) },
      element("option", { value: "" }, say(TEXTS.wholeCertificate)),
      ...own.rows.map(({ name, title }) => element("option", { value: name }, title)),
    );
    choice.value = field;
    const area = element("textarea", {
      ...{ id: "text", rows: 4, maxlength: MOST_CHARACTERS, required: true, "aria-describedby": "text-hint" },
      oninput: () => draft.write({ ...draft.read(), text: area.value }),
    });
    area.value = text;
    return element(
      "form",
      {
        onsubmit: (event) => {
          event.preventDefault();
          attempt(() => send(say));
        },
      },
      element("label", { for: "field" }, say(TEXTS.wrongItem)),
      choice,
      element("label", { for: "text" }, say(TEXTS.wrongHow)),
      element("p", { id: "text-hint", class: "quiet" }, say(TEXTS.wrongHint)),
      area,
      element("button", { type: "submit", class: "main" }, say(TEXTS.sendReport)),
    );
  }

  return {
    draw(say) {
      fill(say);
      return [
        element("a", { class: "back", href: AT.certificate(identifier) }, `‹ ${own.certificate.name}`),
        element(
          "section",
          { class: "panel", "aria-labelledby": "view" },
          element("h2", { id: "view", tabindex: -1 }, `${say(TEXTS.report)} · ${own.certificate.name}`),
          element("p", {}, holdersText(say, own.certificate)),
          element("p", {}, `${say(TEXTS.reportTo)}${own.certificate.issuerName}`),
          told,
          form(say),
        ),
        listed,
      ];
    },
    leave,
  };
}

function drawReport(say: Say, report: ErrorReport, { rows }: Own): HTMLElement {
  const title = rows.find(({ name }) => name === report.field)?.title ?? (report.field || say(TEXTS.wholeCertificate));
  const answered = report.state === ErrorReportState.ANSWERED;
  const answer: [string, string][] = answered
    ? [[say(TEXTS.answer), `${report.answer}（${timeText(report.answeredAt)}）`]]
    : [];
  const facts: [string, string][] = [[say(TEXTS.wrongItem), title], [say(TEXTS.wrongHow), report.text], ...answer];
  return element(
    "li",
    { class: "panel" },
    element("strong", {}, `${timeText(report.reportedAt)} · ${say(answered ? TEXTS.answered : TEXTS.notAnswered)}`),
    element("dl", {}, ...facts.flatMap(([name, value]) => [element("dt", {}, name), element("dd", {}, value)])),
  );
}
