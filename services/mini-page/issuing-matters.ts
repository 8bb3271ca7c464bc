import { CatalogService } from "../../proto/gen/ecert/catalog/v1/catalog_service_pb.ts";
import { MatterService } from "../../proto/gen/ecert/catalog/v1/matter_service_pb.ts";
import { RegistryService } from "../../proto/gen/ecert/catalog/v1/registry_service_pb.ts";
import { element } from "../public-page/element.ts";
import { type Choice, type Choices, cards, openChoices } from "./choices.ts";
import { AT, type Counter, type View } from "./counter.ts";
import { TEXTS } from "./mini-texts.ts";
import { orderView } from "./order-view.ts";

/** Rows that are read at once, and calls for them at most. */
const SOME = 20;
const MOST_PAGES = 5;

/** Matters of the department that have not ended, out of which certificates come (发证清单, 4.5.2), and whose code or name holds `search`; empty: all. Rejects as the node. */
export function issuingMatters({ session }: Counter, search: string): Promise<Choices> {
  const asked = { departmentCode: session.who.departmentCode, search, issuing: true, pageSize: SOME };
  const issuing = async (pageToken: string) => {
    const page = await session.call(MatterService.method.findMatters, { ...asked, pageToken });
    const rows = page.matters.map(({ code, name }) => ({ href: AT.issue(code), name, more: code }));
    return [rows, page.nextPageToken] as const;
  };
  return openChoices(issuing, { rows: SOME, pages: MOST_PAGES }, search);
}

/** Kinds that the department has open to be made here (6.4.5.1), and whose code or name holds `search`, also those that no matter issues; empty: all. Rejects as the node. */
export function openKinds({ session }: Counter, search: string): Promise<Choices> {
  const open = async (pageToken: string) => {
    const asked = { search, madeBy: session.who.departmentCode, pageSize: SOME, pageToken };
    const { items, nextPageToken } = await session.call(CatalogService.method.listCatalogItems, asked);
    return [items.map(({ code, content }) => kindChoice(code, content?.name)), nextPageToken] as const;
  };
  return openChoices(open, { rows: SOME, pages: MOST_PAGES }, search);
}

/** What an issuing matter leads to: the order of the kind that it issues, or the choice among its kinds. Rejects as the node. */
export async function issueView(counter: Counter, code: string): Promise<View> {
  const { session } = counter;
  const { matter } = await session.call(RegistryService.method.getMatter, { code });
  if (!matter) throw new TypeError("an answer without its matter");
  const [only, ...others] = matter.issuedItems;
  if (only !== undefined && others.length === 0) return orderView(counter, only);
  const kinds = await Promise.all(
    matter.issuedItems.map(async (kind) => {
      const { item } = await session.call(CatalogService.method.getCatalogItem, { code: kind });
      return kindChoice(kind, item?.content?.name);
    }),
  );
  return {
    draw: (say) => [
      element(
        "section",
        { id: "view", tabindex: -1 },
        element("h2", {}, matter.name),
        element("p", {}, say(TEXTS.chooseKind)),
        kinds.length > 0 ? cards(kinds) : element("p", { class: "quiet" }, say(TEXTS.issuesNothing)),
        element("a", { href: AT.home }, say(TEXTS.home)),
      ),
    ],
  };
}

function kindChoice(code: string, name = code): Choice {
  return { href: AT.make(code), name, more: code };
}
