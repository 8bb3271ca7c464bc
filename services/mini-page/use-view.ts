import { HolderKind } from "../../proto/gen/ecert/catalog/v1/catalog_item_pb.ts";
import { CatalogService } from "../../proto/gen/ecert/catalog/v1/catalog_service_pb.ts";
import type { Matter } from "../../proto/gen/ecert/catalog/v1/registry_pb.ts";
import { RegistryService } from "../../proto/gen/ecert/catalog/v1/registry_service_pb.ts";
import { UsageService } from "../../proto/gen/ecert/usage/v1/usage_service_pb.ts";
import { masked } from "../domain/masked-code.ts";
import { element } from "../public-page/element.ts";
import { Faulty } from "../public-page/fault.ts";
import type { Say } from "../public-page/language.ts";
import { warnUnsent } from "../public-page/warn-unsent.ts";
import {
  type AskedFields,
  contextOf,
  namesNobody,
  sameRequest,
  type Unanswered,
} from "../staff-model/asked-context.ts";
import { codeTypesFor } from "../staff-model/code-types.ts";
import { deskOf, keepDesk } from "../staff-page/desk.ts";
import { forgetValues, keepValues, keptValues } from "../staff-page/kept-values.ts";
import { AT, type Counter, type Kinds, type Part, type View } from "./counter.ts";
import { type Form, openForm } from "./form.ts";
import { foundPart } from "./found-part.ts";
import { purposeOf, TEXTS } from "./mini-texts.ts";
import { scanPart } from "./scan-part.ts";
import { isUnanswered } from "./session.ts";
import { shownPart } from "./shown-part.ts";

/** What is filled in for the person served, and what was asked for and not answered yet. */
interface Kept {
  fields: { -readonly [Name in keyof AskedFields]: AskedFields[Name] };
  unanswered?: Unanswered | undefined;
  /** Something was typed that was not asked with yet. */
  typed?: boolean;
}

/** Using certificates in one matter (用证, 5.4.3), for one person: for whom, what the matter needs and what is there, the file. */
export async function useView(counter: Counter, code: string): Promise<View> {
  const { session } = counter;
  const { matter } = await session.call(RegistryService.method.getMatter, { code });
  if (!matter) throw new TypeError("an answer without its matter");
  const kinds = await namesOf(counter, matter);
  const name = `${session.who.account}.mini.use.${code}`;
  let kept = keptValues<Kept>(name) ?? { fields: begunFields(counter, matter) };
  const keep = () => keepValues(name, kept);
  const typed = () => {
    kept.typed = true;
    keep();
  };
  let form = openForm(counter, kept.fields, typed);
  // What is kept ends with its window; whoever has signed out has left nothing.
  const unwarned = warnUnsent(() => {
    const now = keptValues<Kept>(name);
    return now?.typed === true || now?.unanswered !== undefined;
  });
  let part: Part | undefined;
  /** For whom the part was asked for: what is typed before its answer is for the next one. */
  let served = { name: "", code: "", businessId: "" };

  const request = () =>
    sameRequest({
      before: kept.unanswered,
      keep(unanswered) {
        kept.unanswered = unanswered;
        keep();
      },
    });
  const show = (next: Part | undefined, focus = "view") => {
    part?.leave?.();
    part = next;
    counter.redraw(focus);
  };
  const change = () => show(undefined);
  const next = () => {
    forgetValues(name);
    kept = { fields: begunFields(counter, matter) };
    form = openForm(counter, kept.fields, typed);
    change();
  };

  /** Makes a call that must not be made twice; without an answer it stays the same request, over a reload too. */
  async function asked<T>(call: (same: ReturnType<typeof sameRequest>) => Promise<T>): Promise<T | undefined> {
    const same = request();
    const filled = JSON.stringify(kept.fields);
    try {
      const answer = await call(same);
      // What was typed meanwhile is for the next one.
      if (JSON.stringify(kept.fields) === filled) delete kept.typed;
      same.answered();
      return answer;
    } catch (error) {
      if (isUnanswered(error)) {
        counter.tell(TEXTS.unansweredUse);
        return undefined;
      }
      same.answered();
      if (error instanceof Faulty) {
        change();
        counter.tellFault(error);
        form.tell(error.fault.places, "context");
        return undefined;
      }
      throw error;
    }
  }

  const context = () => contextOf(kept.fields, matter, session.who);
  /** `optional`: what the holder's code says. */
  const isReady = (optional?: "holder") => {
    const some = kept.fields.itemCodes.length > 0;
    if (!some) counter.tell(TEXTS.chooseWanted);
    return form.complete(optional) && some;
  };
  const look = async () => {
    if (!isReady()) return;
    keepDesk(session.who.account, kept.fields);
    const whom = servedIn(kept.fields);
    const wanted = kept.fields.itemCodes;
    const answer = await asked((same) => session.call(UsageService.method.createUsageContext, same.of(context())));
    if (!answer) return;
    const { usageCode } = answer;
    const found = await foundPart(counter, { usageCode, kinds, wanted });
    served = whom;
    show(found);
  };
  const redeem = async (presentation: string) => {
    const { fields } = kept;
    const answer = await asked((same) =>
      session.call(UsageService.method.redeemPresentation, { ...same.of(context(), presentation), presentation }),
    );
    if (!answer) return;
    const { holder } = answer;
    if (holder) {
      fields.holder = { name: holder.name, codeType: holder.codeType, code: holder.code };
      keep();
    }
    served = servedIn(fields);
    show(shownPart(counter, answer, { kinds, look }));
  };
  const scan = () => {
    if (!isReady(namesNobody(kept.fields.holder) ? "holder" : undefined)) return;
    keepDesk(session.who.account, kept.fields);
    served = servedIn(kept.fields);
    show(scanPart(counter, redeem));
  };
  if (kept.unanswered) queueMicrotask(() => counter.tell(TEXTS.unansweredUse));

  return {
    draw(say) {
      const head = element("h2", { id: "view", tabindex: -1 }, matter.name);
      const back = element("a", { class: "back", href: AT.home }, `‹ ${say(TEXTS.home)}`);
      if (part) {
        return [
          head,
          element(
            "p",
            {},
            `${say(TEXTS.served)} `,
            element("strong", {}, served.name || say(TEXTS.whoShows)),
            ` ${masked(served.code)} · ${served.businessId}`,
          ),
          ...part.draw(say),
          bar(counter.button(say(TEXTS.next), next, "main"), counter.button(say(TEXTS.change), change)),
        ];
      }
      form.clear();
      return [
        back,
        head,
        ...asksFor(form, say, kept, kinds, typed),
        bar(counter.button(say(TEXTS.look), look, "main"), counter.button(say(TEXTS.scan), scan)),
      ];
    },
    leave() {
      unwarned();
      part?.leave?.();
    },
  };
}

/** Whom a case is of, as far as it is known. */
function servedIn({ holder, businessId }: AskedFields): { name: string; code: string; businessId: string } {
  return namesNobody(holder) ? { name: "", code: "", businessId } : { ...holder, businessId };
}

/** Buttons at the bottom, within the thumb's reach. */
export function bar(...buttons: readonly (HTMLElement | undefined)[]): HTMLElement {
  return element("div", { class: "bar" }, ...buttons);
}

function asksFor(form: Form, say: Say, { fields }: Kept, kinds: Kinds, changed: () => void): HTMLElement[] {
  const types = codeTypesFor(HolderKind.UNSPECIFIED);
  const holder = element(
    "section",
    { class: "panel" },
    element("h3", {}, say(TEXTS.served)),
    element("p", { class: "quiet" }, say(TEXTS.servedHow)),
    form.input({ path: ["holder", "name"], label: say(TEXTS.servedName), required: true }),
    form.input({
      ...{ path: ["holder", "codeType"], label: say(TEXTS.holderCodeType), required: true },
      ...{ kind: "choice", choices: types },
    }),
    form.input({ path: ["holder", "code"], label: say(TEXTS.servedCode), required: true, kind: "code" }),
    form.input({
      ...{ path: ["businessId"], label: say(TEXTS.businessId), hint: say(TEXTS.businessIdHow), required: true },
    }),
  );
  const why = element(
    "details",
    { class: "panel", open: fields.outlet === "" },
    element("summary", {}, say(TEXTS.more)),
    form.input({ path: ["purpose"], label: say(TEXTS.purpose), required: true }),
    form.input({ path: ["stage"], label: say(TEXTS.stage), required: true }),
    form.input({ path: ["outlet"], label: say(TEXTS.outlet), required: true }),
  );
  const ticks = [...kinds].map(([code, { name }]) => {
    const box = element("input", { type: "checkbox", checked: fields.itemCodes.includes(code) });
    box.addEventListener("change", () => {
      const others = fields.itemCodes.filter((one) => one !== code);
      fields.itemCodes = box.checked ? [...others, code] : others;
      changed();
    });
    return element("label", { class: "choice" }, box, name);
  });
  const wanted = element("fieldset", {}, element("legend", {}, say(TEXTS.wanted)), ...ticks);
  return [holder, why, wanted];
}

function begunFields({ session }: Counter, matter: Matter): Kept["fields"] {
  const begun = {
    holder: { name: "", codeType: "001", code: "" },
    businessId: "",
    purpose: purposeOf(matter.name),
    stage: "受理",
    outlet: "",
    itemCodes: matter.items.map(({ itemCode }) => itemCode),
  };
  return { ...begun, ...deskOf(session.who.account) };
}

async function namesOf({ session }: Counter, { items }: Matter): Promise<Kinds> {
  const named = items.map(async ({ itemCode: code }) => {
    // One whose name cannot be asked for is called by its code.
    const answer = await session.call(CatalogService.method.getCatalogItem, { code }).catch(() => undefined);
    const { name = code, dataSchemaJson: schemaJson = "" } = answer?.item?.content ?? {};
    return [code, { name, schemaJson }] as const;
  });
  return new Map(await Promise.all(named));
}
