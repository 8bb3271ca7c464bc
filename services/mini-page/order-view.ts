import type { CatalogItemContent } from "../../proto/gen/ecert/catalog/v1/catalog_item_pb.ts";
import { CatalogService } from "../../proto/gen/ecert/catalog/v1/catalog_service_pb.ts";
import { RegistryService } from "../../proto/gen/ecert/catalog/v1/registry_service_pb.ts";
import type { Certificate } from "../../proto/gen/ecert/issue/v1/certificate_pb.ts";
import { IssueService } from "../../proto/gen/ecert/issue/v1/issue_service_pb.ts";
import { element } from "../public-page/element.ts";
import { Faulty } from "../public-page/fault.ts";
import type { Say } from "../public-page/language.ts";
import { warnUnsent } from "../public-page/warn-unsent.ts";
import { begunOrder, type FilledOrder, orderOf, placeInForm, replacingOrder } from "../staff-model/begun-order.ts";
import { boundValues, isBound } from "../staff-model/bound-values.ts";
import { codeTypesFor } from "../staff-model/code-types.ts";
import { dataFields } from "../staff-model/data-fields.ts";
import { pictureRatio } from "../staff-model/picture-ratio.ts";
import { forgetValues, keepValues, keptValues } from "../staff-page/kept-values.ts";
import { openSentFiles } from "../staff-page/sent-files.ts";
import { AT, type Counter, goTo, type View } from "./counter.ts";
import { dataInputs } from "./data-form.ts";
import { type Form, openForm, setAt } from "./form.ts";
import { addOne, removeOne, replaceOf, TEXTS } from "./mini-texts.ts";
import { type Outcome, outcomeOf } from "./outcome.ts";
import { photosPart } from "./photos-part.ts";
import { isUnanswered } from "./session.ts";
import { bar } from "./use-view.ts";

const { getCertificate, makeCertificate, replaceCertificate } = IssueService.method;

/** An order in the making. `asked`: it was ordered, and no answer has come. */
interface Kept {
  order: FilledOrder;
  asked?: boolean;
  /** Something was typed. */
  typed?: boolean;
}

/** Making the next version of a certificate (换发, 4.4.4), from what the old one says. */
export async function replaceView(counter: Counter, identifier: string): Promise<View> {
  const { certificate } = await counter.session.call(getCertificate, { identifier });
  if (!certificate) throw new TypeError("an answer without its certificate");
  return orderView(counter, certificate.itemCode, certificate);
}

/** Making a certificate of a kind (制证, 5.4.2): data, photos, then it is made, and its face is looked at. `old`: the one that it replaces. */
export async function orderView(counter: Counter, code: string, old?: Certificate): Promise<View> {
  const { session } = counter;
  const { departmentCode, account } = session.who;
  const [{ item }, { department }] = await Promise.all([
    session.call(CatalogService.method.getCatalogItem, { code }),
    session.call(RegistryService.method.getDepartment, { code: departmentCode }),
  ]);
  const content = item?.content;
  if (!content) throw new TypeError("an answer without its item");
  const name = `${account}.mini.${old ? `replace.${old.identifier}` : `make.${code}`}`;
  const begun = () => (old ? replacingOrder(old) : begunOrder(departmentCode, content.holdersMin));
  const kept: Kept = keptValues<Kept>(name) ?? { order: begun() };
  const { order } = kept;
  const fields = dataFields(content.dataSchemaJson);
  /** It was made, or is begun anew: files that are given up on their way keep nothing of it any more. */
  let isOver = false;
  const keep = () => isOver || keepValues(name, kept);
  const forget = () => {
    isOver = true;
    forgetValues(name);
  };
  const typed = () => {
    kept.typed = true;
    changed();
  };
  const form = openForm(counter, order, typed);
  // What is kept ends with its window; whoever has signed out has left nothing.
  const unwarned = warnUnsent(() => {
    const now = keptValues<Kept>(name);
    return now !== undefined && (now.typed === true || files.list().length > 0);
  });
  const files = openSentFiles(`${account}.${order.draft}`, session.uploads, () => {
    keep();
    photos.shown();
  });
  const pictures = fields
    .filter(({ kind }) => kind === "picture")
    .map(({ title }) => ({ title, ratio: pictureRatio(content.faceTemplateJson, title) }));
  let photos = photosPart(counter, files, pictures);

  /** Writes into the data what stands in the order already. */
  function changed(): void {
    const issuer = { code: order.issuerCode, name: department?.name, division: department?.division };
    for (const { path, value } of boundValues(content?.bindings ?? [], { ...order, issuer })) {
      setAt(order as never, ["data", ...path], value);
      form.refresh(["data", ...path]);
    }
    keep();
  }

  const { hash } = location;
  const made = () => {
    forget();
    files.forget();
    // Whoever went on with something else meanwhile is not called back from it.
    if (location.hash === hash) goTo(AT.made(order.businessSerial));
  };
  const settled = (outcome: Outcome) => {
    if (outcome === "unknown") return;
    delete kept.asked;
    keep();
    if (outcome === "there") made();
    else counter.tell(TEXTS.knownNot);
  };
  /** Without an answer it is looked up by its serial, again and again until somebody answers; nothing is ordered by itself. */
  const lookUp = () => outcomeOf(counter, order.businessSerial, { unknown: TEXTS.unknownMake, settled });
  const make = async () => {
    if (!form.complete()) return;
    counter.tell(TEXTS.waitFiles);
    const attachments = await files.all();
    counter.tell();
    kept.asked = true;
    keep();
    try {
      const asked = { order: orderOf(order, code, attachments) };
      if (old) await session.call(replaceCertificate, { ...asked, replaces: old.identifier, cause: order.cause ?? "" });
      else await session.call(makeCertificate, asked);
      made();
    } catch (error) {
      if (isUnanswered(error)) {
        counter.tell(TEXTS.checking);
        return lookUp();
      }
      delete kept.asked;
      keep();
      counter.tellFault(error);
      if (error instanceof Faulty) form.tell(error.fault.places, "order", (place) => placeInForm(order, place));
    }
  };
  const beginAnew = () => {
    forget();
    files.clear();
    goTo(old ? AT.replace(old.identifier) : AT.make(code));
  };
  if (kept.asked) queueMicrotask(() => void counter.attempt(lookUp));
  changed();

  return {
    draw(say) {
      form.clear();
      photos = photosPart(counter, files, pictures);
      const data = {
        counter,
        form,
        values: order,
        changed: typed,
        locked: (path: readonly (string | number)[]) => isBound(content.bindings, path.slice(1)),
      };
      return [
        element("a", { class: "back", href: AT.home }, `‹ ${say(TEXTS.home)}`),
        element("h2", { id: "view", tabindex: -1 }, old ? say(replaceOf(content.name)) : content.name),
        old ? whyReplaced(form, say, old) : undefined,
        basics(counter, form, { say, order, content, isNext: old !== undefined }),
        element(
          "section",
          { class: "panel" },
          element("h3", {}, say(TEXTS.data)),
          ...dataInputs(data, fields, ["data"]),
        ),
        photos.section,
        bar(
          counter.button(say(old ? TEXTS.replaceIt : TEXTS.makeIt), make, "main"),
          counter.button(say(TEXTS.beginAnew), beginAnew),
        ),
      ];
    },
    leave() {
      unwarned();
      files.stop();
    },
  };
}

/** Which one is replaced, and why. */
function whyReplaced(form: Form, say: Say, { number, holders }: Certificate): HTMLElement {
  const hint = say(TEXTS.replaceCauseHow);
  return element(
    "section",
    { class: "panel" },
    element("p", {}, `${number} · ${holders.map((holder) => holder.name).join("、")}`),
    element("p", { class: "quiet" }, say(TEXTS.replaceHow)),
    form.input({
      ...{ path: ["cause"], label: say(TEXTS.replaceCause), hint, required: true },
      ...{ kind: "area", maxLength: 500 },
    }),
  );
}

/** Holders, serial, days. `isNext`: of a replacement. */
function basics(
  counter: Counter,
  form: Form,
  { say, order, content, isNext }: { say: Say; order: FilledOrder; content: CatalogItemContent; isNext: boolean },
): HTMLElement {
  const { holdersMin, holdersMax, holderKind } = content;
  const least = Math.max(1, holdersMin);
  const put = (holders: FilledOrder["holders"]) => {
    order.holders = holders;
    counter.redraw();
  };
  const holders = order.holders.map((_, index) =>
    element(
      "div",
      { class: "row" },
      form.input({ path: ["holders", index, "name"], label: say(TEXTS.holderName), required: true }),
      form.input({
        ...{ path: ["holders", index, "codeType"], label: say(TEXTS.holderCodeType), required: true },
        ...{ kind: "choice", choices: codeTypesFor(holderKind) },
      }),
      form.input({ path: ["holders", index, "code"], label: say(TEXTS.holderCode), required: true, kind: "code" }),
      order.holders.length > least
        ? counter.button(say(removeOne(`${say(TEXTS.basics)} ${index + 1}`)), () =>
            put(order.holders.filter((_one, at) => at !== index)),
          )
        : undefined,
    ),
  );
  const more =
    order.holders.length < holdersMax
      ? counter.button(say(addOne(say(TEXTS.basics))), () => put([...order.holders, {}]))
      : undefined;
  return element(
    "section",
    { class: "panel" },
    element("h3", {}, say(TEXTS.basics)),
    ...holders,
    more,
    form.input({ path: ["businessSerial"], label: say(TEXTS.businessId), hint: say(TEXTS.serialHow), required: true }),
    form.input({ path: ["issueDate"], label: say(TEXTS.issueDate), required: true, kind: "date" }),
    form.input({ path: ["validFrom"], label: say(TEXTS.validFrom), kind: "date" }),
    form.input({ path: ["validTo"], label: say(TEXTS.validTo), kind: "date" }),
    form.input({ path: ["number"], label: say(TEXTS.number) }),
    isNext
      ? form.input({ path: ["version"], label: say(TEXTS.version), hint: say(TEXTS.versionHow), kind: "integer" })
      : undefined,
  );
}
