import { FileFormat } from "../../proto/gen/ecert/type/v1/file_pb.ts";
import { HolderService, type OwnCertificate } from "../../proto/gen/ecert/usage/v1/holder_service_pb.ts";
import { Verdict } from "../../proto/gen/ecert/usage/v1/usage_context_pb.ts";
import { drawFace } from "../file-view/draw-face.ts";
import { saveFile } from "../file-view/save-file.ts";
import { type DataRow, dataRows } from "../public-page/data-rows.ts";
import { element } from "../public-page/element.ts";
import type { Say } from "../public-page/language.ts";
import { timeText } from "../public-page/time-text.ts";
import { TEXTS } from "./holder-texts.ts";
import { readKind } from "./kind.ts";
import { holdersText, verdictMark } from "./list-view.ts";
import type { Session } from "./session.ts";
import { AT, type View } from "./view.ts";

/** One certificate with all that it says. */
export interface Own {
  readonly certificate: OwnCertificate;
  readonly rows: readonly DataRow[];
}

/** Forms of file that a holder keeps, by the names that people know them by. */
const KEPT: readonly (readonly [FileFormat, string])[] = [
  [FileFormat.PDF, "PDF"],
  [FileFormat.OFD, "OFD"],
];

/** Reads it; its data items are named as the catalog names them, where that answers. */
export async function readOwn(session: Session, identifier: string): Promise<Own> {
  const { certificate, data = {} } = await session.call(HolderService.method.getOwnCertificate, { identifier });
  if (!certificate) throw new TypeError("an answer without its certificate");
  const kind = await readKind(session, certificate.itemCode);
  return { certificate, rows: dataRows(data, kind?.dataSchemaJson ?? "") };
}

/** One certificate: what it is worth, what it says, its face and files. `attempt` runs what a button does, and tells what went wrong. */
export async function certificateView(
  session: Session,
  identifier: string,
  attempt: (work: () => Promise<void>) => void,
): Promise<View> {
  const { certificate, rows } = await readOwn(session, identifier);
  const fetched = async (format: FileFormat) => {
    const { file } = await session.call(HolderService.method.fetchOwnFile, { identifier, format });
    if (!file) throw new TypeError("an answer without its file");
    return file;
  };
  const face = element("div", { class: "face", hidden: true });
  const keep = (format: FileFormat) => async () => saveFile(await fetched(format));
  const showFace = (say: Say) => async () => {
    const { content } = await fetched(FileFormat.PDF);
    await drawFace(face, content, `${say(TEXTS.faceOf)} ${certificate.name}`, say(TEXTS.noFace));
  };

  function actions(say: Say): HTMLElement {
    if (certificate.verdict !== Verdict.VALID) return element("p", { class: "quiet" }, say(TEXTS.notInForce));
    const kept = KEPT.filter(([format]) => certificate.formats.includes(format));
    return element(
      "div",
      { class: "actions" },
      element("a", { class: "button main", href: AT.show(identifier) }, say(TEXTS.show)),
      element("button", { type: "button", onclick: () => attempt(showFace(say)) }, say(TEXTS.face)),
      ...kept.map(([format, name]) =>
        element("button", { type: "button", onclick: () => attempt(keep(format)) }, `${say(TEXTS.save)} ${name}`),
      ),
    );
  }

  return {
    draw: (say) => [
      element("a", { class: "back", href: AT.list }, `‹ ${say(TEXTS.certificates)}`),
      element(
        "section",
        { class: "panel", "aria-labelledby": "view" },
        element("h2", { id: "view", tabindex: -1 }, certificate.name),
        verdictMark(say, certificate.verdict),
        element("dl", {}, ...described(say, certificate)),
        actions(say),
        face,
        element("h3", {}, say(TEXTS.data)),
        element("dl", {}, ...rows.flatMap(({ title, value }) => [element("dt", {}, title), element("dd", {}, value)])),
        element("p", {}, element("a", { class: "button", href: AT.report(identifier) }, say(TEXTS.report))),
      ),
    ],
  };
}

function described(say: Say, one: OwnCertificate): HTMLElement[] {
  const days = one.validTo ? `${one.validFrom} – ${one.validTo}` : `${one.validFrom} – ${say(TEXTS.unlimited)}`;
  const rows = [
    [TEXTS.holder, holdersText(say, one)],
    [TEXTS.number, one.number],
    [TEXTS.issuer, one.issuerName],
    [TEXTS.issuedAt, timeText(one.issuedAt)],
    [TEXTS.validity, days],
    [TEXTS.identifier, one.identifier],
    ...(one.replaceCause ? [[TEXTS.replaceCause, one.replaceCause] as const] : []),
  ] as const;
  return rows.flatMap(([name, value]) => [element("dt", {}, say(name)), element("dd", {}, value)]);
}
