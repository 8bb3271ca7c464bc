import { type Certificate, CertificateState } from "../../proto/gen/ecert/issue/v1/certificate_pb.ts";
import { IssueService } from "../../proto/gen/ecert/issue/v1/issue_service_pb.ts";
import { mayCall } from "../console/shell/allowed.ts";
import { drawFace } from "../file-view/draw-face.ts";
import { saveFile } from "../file-view/save-file.ts";
import { element } from "../public-page/element.ts";
import { Faulty } from "../public-page/fault.ts";
import type { Both, Say } from "../public-page/language.ts";
import { confirmed } from "./confirm.ts";
import { AT, type Counter, type View } from "./counter.ts";
import { TEXTS } from "./mini-texts.ts";
import { outcomeOf } from "./outcome.ts";
import { isUnanswered } from "./session.ts";
import { bar } from "./use-view.ts";

const { getCertificate, getFace, issueCertificate, replaceCertificate } = IssueService.method;
const { MADE, ISSUED } = CertificateState;

/** A certificate that was made: its face is checked, then it is issued (签发), and its file kept. */
export async function madeView(counter: Counter, businessSerial: string): Promise<View> {
  const { session, say } = counter;
  const { certificate: found } = await session.call(getCertificate, { businessSerial });
  if (!found) throw new TypeError("an answer without its certificate");
  let certificate: Certificate = found;
  /** Where it is confirmed, where that is on the agent's own host. */
  let agentsPage = "";
  const stop = new AbortController();
  const face = element("div", { class: "face" }, say(TEXTS.loading));
  const { file } = await session.call(getFace, { businessSerial });
  const drawn = () =>
    file && drawFace(face, file.content, `${say(TEXTS.faceOf)} ${certificate.name}`, say(TEXTS.noFace));

  const became = (next: Certificate | undefined) => {
    if (next) certificate = next;
    counter.redraw("view");
  };
  const issue = async () => {
    agentsPage = "";
    const confirmation = await confirmed(counter, businessSerial, file?.content ?? new Uint8Array(), stop.signal);
    try {
      const asked = { businessSerial, ...(confirmation && { confirmation }) };
      became((await session.call(issueCertificate, asked)).certificate);
    } catch (error) {
      const { page = "" } = error instanceof Faulty ? error.fault.metadata : {};
      if (page.startsWith("https://")) {
        agentsPage = page;
        return became(undefined);
      }
      if (!isUnanswered(error)) throw error;
      counter.tell(TEXTS.unknownIssue);
      // It only looks: nothing is issued by itself.
      await outcomeOf(counter, businessSerial, {
        unknown: TEXTS.unknownIssue,
        settled(_outcome, now) {
          became(now);
          counter.tell(now?.state === ISSUED ? TEXTS.issuedOnce : TEXTS.notIssued);
        },
      });
    }
  };
  const keep = async () => {
    const { file: signed } = await session.call(getFace, { businessSerial });
    if (signed) saveFile(signed);
  };
  const mayIssue = mayCall(session.who.roles, issueCertificate);
  queueMicrotask(() => void drawn());

  return {
    draw() {
      const { name, holders, number, state, itemCode, identifier, replaces, replaceCause } = certificate;
      return [
        element("a", { class: "back", href: AT.home }, `‹ ${say(TEXTS.home)}`),
        element("h2", { id: "view", tabindex: -1 }, `${name} · ${holders.map((one) => one.name).join("、")}`),
        element("p", { role: "status", class: state === ISSUED ? "mark good" : "mark waiting" }, say(toldState(state))),
        element("p", {}, number),
        replaces
          ? element("p", {}, `${say(TEXTS.replaceCause)} `, element("strong", {}, replaceCause || "—"))
          : undefined,
        face,
        agentsPage ? onAgentsPage(say, agentsPage) : undefined,
        state === MADE && !mayIssue ? element("p", { class: "notice" }, say(TEXTS.forSigner)) : undefined,
        bar(
          state === MADE && mayIssue ? counter.button(say(TEXTS.issue), issue, "main") : undefined,
          state === ISSUED ? counter.button(say(TEXTS.keep), keep, "main") : undefined,
          state === ISSUED && mayCall(session.who.roles, replaceCertificate)
            ? element("a", { class: "button", href: AT.replace(identifier) }, say(TEXTS.toReplace))
            : element("a", { class: "button", href: AT.make(itemCode) }, say(TEXTS.nextOne)),
        ),
      ];
    },
    leave: () => stop.abort(),
  };
}

function onAgentsPage(say: Say, page: string): HTMLElement {
  const link = element("a", { href: page, target: "_blank", rel: "noreferrer" }, `${say(TEXTS.toAgentsPage)} ${page}`);
  return element("div", { class: "notice", role: "alert" }, element("p", {}, say(TEXTS.onAgentsPage)), link);
}

function toldState(state: CertificateState): Both {
  if (state === MADE) return TEXTS.made;
  return state === ISSUED ? TEXTS.issued : TEXTS.otherState;
}
