import { MatterService } from "../../proto/gen/ecert/catalog/v1/matter_service_pb.ts";
import { type Certificate, CertificateState } from "../../proto/gen/ecert/issue/v1/certificate_pb.ts";
import { IssueService } from "../../proto/gen/ecert/issue/v1/issue_service_pb.ts";
import { UsageService } from "../../proto/gen/ecert/usage/v1/usage_service_pb.ts";
import { mayCall } from "../console/shell/allowed.ts";
import { element } from "../public-page/element.ts";
import { type Choice, type Choices, choicesPart, type ListWords, openChoices } from "./choices.ts";
import { AT, type Counter, type View } from "./counter.ts";
import { issuingMatters, openKinds } from "./issuing-matters.ts";
import { TEXTS } from "./mini-texts.ts";

const PAGE_SIZE = 200;
/** Made certificates that are read at once, and issued ones. */
const SOME = 20;
/** Pages that are read at once at most. */
const MOST_PAGES = 5;
/** How long somebody has stopped typing before the node is asked, in milliseconds. */
const TYPED_MS = 300;

/** What the lists are called. */
const LISTS = {
  matters: { title: TEXTS.use, none: TEXTS.noMatters, readOn: TEXTS.moreMatters },
  made: { title: TEXTS.waiting, none: TEXTS.noneWaiting, readOn: TEXTS.moreWaiting },
  issuing: {
    ...{ title: TEXTS.issueFor, none: TEXTS.noIssuing },
    ...{ readOn: TEXTS.moreIssuing, notAll: TEXTS.searchRest },
  },
  kinds: { title: TEXTS.make, none: TEXTS.noKinds, readOn: TEXTS.moreKinds, notAll: TEXTS.searchRest },
  issued: { title: TEXTS.replace, none: TEXTS.noneIssued, readOn: TEXTS.moreIssued, note: TEXTS.replaceFind },
} satisfies Record<string, ListWords>;

/** What somebody of such roles may begin here: a matter, a kind of certificate, one that waits to be issued. */
export async function homeView(counter: Counter): Promise<View> {
  const { roles } = counter.session.who;
  const may = (method: Parameters<typeof mayCall>[1]) => mayCall(roles, method);
  const making = (search: string) => Promise.all([issuingMatters(counter, search), openKinds(counter, search)]);
  const [matters, toMake, made, newest] = await Promise.all([
    may(UsageService.method.createUsageContext) ? usingMatters(counter) : undefined,
    may(IssueService.method.makeCertificate) ? making("") : undefined,
    may(IssueService.method.issueCertificate) ? waitingOnes(counter) : undefined,
    may(IssueService.method.replaceCertificate) ? issuedOnes(counter, "") : undefined,
  ]);
  let [issuing, kinds] = toMake ?? [];
  let issued = newest;
  let wanted = "";
  let shown: (() => void)[] = [];
  const showAll = () => {
    for (const show of shown) show();
  };
  const findIssued = async () => {
    issued = await issuedOnes(counter, wanted.trim());
    showAll();
  };
  let typed: ReturnType<typeof setTimeout> | undefined;
  /** Of two answers the one that was asked for last stays. */
  const findToMake = async () => {
    const search = wanted.trim();
    const found = await making(search);
    if (search !== wanted.trim()) return;
    [issuing, kinds] = found;
    showAll();
  };
  const fits = ({ name, more }: Choice) => `${name} ${more}`.toLowerCase().includes(wanted.trim().toLowerCase());
  return {
    draw: (say) => {
      shown = [];
      const list = (words: ListWords, first: Choices | undefined, now = () => first) => {
        if (!first) return undefined;
        const part = choicesPart(counter, words, () => now() ?? first, fits);
        shown.push(part.shown);
        return part.section;
      };
      const sections = [
        list(LISTS.matters, matters),
        list(LISTS.made, made),
        list(LISTS.issuing, issuing, () => issuing),
        list(LISTS.kinds, kinds, () => kinds),
        list(LISTS.issued, newest, () => issued),
        newest ? counter.button(say(TEXTS.findIssued), findIssued) : undefined,
      ];
      const search = element("input", { id: "find", type: "search", value: wanted, autocomplete: "off" });
      search.addEventListener("input", () => {
        wanted = search.value;
        showAll();
        clearTimeout(typed);
        if (toMake) typed = setTimeout(() => counter.attempt(findToMake), TYPED_MS);
      });
      if (sections.every((section) => !section))
        return [element("p", { id: "view", tabindex: -1, class: "panel" }, say(TEXTS.nothingToDo))];
      return [
        element("div", { id: "view", tabindex: -1 }, element("label", { for: "find" }, say(TEXTS.find)), search),
        ...sections,
      ];
    },
    leave: () => clearTimeout(typed),
  };
}

/** Matters that use certificates; the node looks for them among all of the department. */
function usingMatters({ session }: Counter): Promise<Choices> {
  const asked = { departmentCode: session.who.departmentCode, using: true, pageSize: PAGE_SIZE };
  return openChoices(
    async (pageToken) => {
      const page = await session.call(MatterService.method.findMatters, { ...asked, pageToken });
      const open = page.matters.filter(({ disabled, halt }) => !disabled && !halt);
      return [open.map(({ code, name }) => ({ href: AT.use(code), name, more: code })), page.nextPageToken];
    },
    { rows: PAGE_SIZE, pages: MOST_PAGES },
  );
}

/** Made ones that were not issued, the newest first. */
function waitingOnes(counter: Counter): Promise<Choices> {
  return certificates(counter, { state: CertificateState.MADE }, ({ businessSerial }) => AT.made(businessSerial));
}

/** Issued ones that may be replaced, the newest first; with `serialPrefix` those whose serials begin so. */
function issuedOnes(counter: Counter, serialPrefix: string): Promise<Choices> {
  const asked = { state: CertificateState.ISSUED, serialPrefix };
  return certificates(counter, asked, ({ identifier }) => AT.replace(identifier));
}

function certificates(
  { session }: Counter,
  wanted: { readonly state: CertificateState; readonly serialPrefix?: string },
  hrefOf: (one: Certificate) => string,
): Promise<Choices> {
  return openChoices(
    async (pageToken) => {
      const asked = { ...wanted, pageSize: SOME, pageToken };
      const page = await session.call(IssueService.method.listCertificates, asked);
      const rows = page.certificates.map((one) => ({
        href: hrefOf(one),
        name: `${one.name} · ${one.holders.map((holder) => holder.name).join("、")}`,
        more: one.businessSerial,
      }));
      return [rows, page.nextPageToken];
    },
    { rows: SOME, pages: MOST_PAGES },
  );
}
