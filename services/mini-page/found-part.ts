import { FileFormat } from "../../proto/gen/ecert/type/v1/file_pb.ts";
import { type UsableCertificate, Verdict } from "../../proto/gen/ecert/usage/v1/usage_context_pb.ts";
import { UsageService, type VerifyCertificateResponse } from "../../proto/gen/ecert/usage/v1/usage_service_pb.ts";
import { drawFace } from "../file-view/draw-face.ts";
import { saveFile } from "../file-view/save-file.ts";
import { element } from "../public-page/element.ts";
import type { Say } from "../public-page/language.ts";
import { timeText } from "../public-page/time-text.ts";
import { openUseIds } from "../staff-model/use-ids.ts";
import { toldVerdict } from "../staff-model/verdicts.ts";
import type { Counter, Kinds, Part } from "./counter.ts";
import { TEXTS } from "./mini-texts.ts";
import { isUnanswered } from "./session.ts";
import { dataList, mark } from "./shown-part.ts";

const PAGE_SIZE = 50;
/** Where one reads on once more are listed. */
const FOUND = "found";

/** What a usage code opens. */
export interface Opened {
  readonly usageCode: string;
  readonly kinds: Kinds;
  readonly wanted: readonly string[];
}

/**
 * What the matter needs and what of it is there: each kind with the certificates found, or that there is none once all are listed. Looking up is recorded, so a
 * page is looked up once.
 */
export async function foundPart(counter: Counter, { usageCode, kinds, wanted }: Opened): Promise<Part> {
  let certificates: readonly UsableCertificate[] = [];
  let next = "";
  const shown = new Map<string, (say: Say) => HTMLElement>();
  /** Nodes that were away, each with as of when the province stood in. */
  const away = new Map<string, string>();

  const readOn = async () => {
    const asked = { usageCode, pageSize: PAGE_SIZE, pageToken: next };
    const page = await counter.session.call(UsageService.method.listCertificates, asked);
    next = page.nextPageToken;
    certificates = [...certificates, ...page.certificates].toSorted(
      (one, other) => Number(other.verdict === Verdict.VALID) - Number(one.verdict === Verdict.VALID),
    );
    for (const one of page.certificates) {
      const schemaJson = kinds.get(one.itemCode)?.schemaJson ?? "";
      shown.set(one.identifier, oneCertificate(counter, one, { usageCode, schemaJson }));
    }
    for (const node of page.unreachableNodes) away.set(node, page.standByAsOf[node] ?? "");
  };
  const more = async () => {
    await readOn();
    counter.redraw(FOUND);
  };
  await readOn();
  return {
    draw: (say) => [
      away.size > 0
        ? element(
            "p",
            { class: "notice" },
            `${say(TEXTS.unreachable)}${[...away].map(([node, asOf]) => nodeAsOf(say, node, asOf)).join("、")}`,
          )
        : undefined,
      ...wanted.map((code, place) => {
        const found = certificates.filter(({ itemCode }) => itemCode === code);
        return element(
          "section",
          { class: "panel", ...(place === 0 && { id: FOUND, tabindex: -1 }) },
          element("h3", {}, kinds.get(code)?.name ?? code),
          mark(say, found.length > 0 ? THERE : next === "" ? NOT_THERE : NOT_YET),
          ...found.map(({ identifier }) => shown.get(identifier)?.(say)),
        );
      }),
      next === "" ? undefined : counter.button(say(TEXTS.moreFound), more),
    ],
  };
}

function nodeAsOf(say: Say, node: string, asOf = ""): string {
  return asOf === "" ? node : `${node}（${say(TEXTS.asOf)} ${timeText(asOf)}）`;
}

/** That the issuer is away, and as of when the province's data are that stand in. */
function standByNotice(say: Say, { standBy, standByAsOf }: VerifyCertificateResponse): HTMLElement[] {
  if (!standBy) return [];
  const asOf = timeText(standByAsOf) || say(TEXTS.notKnown);
  return [element("p", { class: "notice" }, `${say(TEXTS.standBy)}${say(TEXTS.asOf)} ${asOf}`)];
}

const THERE = { tone: "good", shape: "●", text: TEXTS.there } as const;
const NOT_YET = { tone: "waiting", shape: "◌", text: TEXTS.notListed } as const;
const NOT_THERE = { tone: "waiting", shape: "◌", text: TEXTS.missing };

/** One certificate: what was read of it stays when it is drawn again. Each press that was answered is a use of its own, and recorded. */
function oneCertificate(
  counter: Counter,
  found: UsableCertificate,
  { usageCode, schemaJson }: { usageCode: string; schemaJson: string },
): (say: Say) => HTMLElement {
  const { identifier, name, maskedNumber, issuerName, fields, formats } = found;
  const { call } = counter.session;
  const told = element("div", {});
  const face = element("div", { class: "face", hidden: true });
  const which = { usageCode, identifier };
  const ids = openUseIds();
  /** One use: without an answer the next press is the same request. */
  const once = async <T>(use: readonly unknown[], one: (requestId: string) => Promise<T>): Promise<T | undefined> =>
    ids.once(use, one).catch((error: unknown) => {
      if (!isUnanswered(error)) throw error;
      counter.tell(TEXTS.unansweredUse);
      return undefined;
    });

  const read = async () => {
    const answer = await once(["extract"], (requestId) =>
      call(UsageService.method.extractData, { ...which, requestId, fields: [...fields] }),
    );
    if (!answer) return;
    const { data = {} } = answer;
    told.append(dataList(data, schemaJson));
  };
  const keepCopy = async () => {
    const wanted = { ...which, format: FileFormat.PDF, useCopy: true };
    const fetched = await once(["copy"], (requestId) => call(UsageService.method.fetchFile, { ...wanted, requestId }));
    if (!fetched) return;
    const { file } = fetched;
    if (!file) throw new TypeError("an answer without its file");
    saveFile(file);
  };
  const view = (say: Say) => async () => {
    const checked = await once(["verify"], (requestId) =>
      call(UsageService.method.verifyCertificate, { ...which, requestId }),
    );
    if (!checked) return;
    const verdict = toldVerdict(checked.verdict);
    told.replaceChildren(
      mark(say, { ...verdict, text: verdict.text }),
      element("p", { class: "next" }, say(verdict.next)),
      ...standByNotice(say, checked),
    );
    if (verdict.tone !== "good") return;
    if (fields.length > 0) told.append(counter.button(say(TEXTS.readData), read));
    if (!formats.includes("pdf")) {
      told.append(element("p", { class: "quiet" }, say(TEXTS.noFile)));
      return;
    }
    await see(say);
  };
  const see = async (say: Say) => {
    const fetched = await once(["fetch"], (requestId) =>
      call(UsageService.method.fetchFile, { ...which, requestId, format: FileFormat.PDF }),
    );
    if (!fetched) {
      const again = counter.button(say(TEXTS.again), async () => {
        again.remove();
        await see(say);
      });
      told.append(again);
      return;
    }
    const { file } = fetched;
    if (!file) throw new TypeError("an answer without its file");
    told.append(
      element("p", { class: "quiet" }, say(TEXTS.copyHow)),
      counter.button(say(TEXTS.keepCopy), keepCopy),
      counter.button(say(TEXTS.keepOriginal), () => saveFile(file)),
    );
    await drawFace(face, file.content, `${say(TEXTS.faceOf)} ${name}`, say(TEXTS.noFace));
  };
  return (say) =>
    element(
      "article",
      { "aria-label": `${name} ${maskedNumber}` },
      element("p", {}, `${maskedNumber} · ${issuerName}`),
      counter.button(`${say(TEXTS.view)} ${maskedNumber}`, view(say)),
      told,
      face,
    );
}
