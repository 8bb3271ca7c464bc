import { NavLink, Route, Routes } from "react-router";
import { DraftService } from "../../../proto/gen/ecert/catalog/v1/draft_service_pb.ts";
import { mayCall } from "../shell/allowed.ts";
import { NoPage } from "../shell/placeholders.tsx";
import { useWho } from "../shell/who.tsx";
import { useTexts } from "../text/texts.ts";
import { CATALOG } from "./catalog-texts.ts";
import "./catalog.css";
import { DraftList } from "./draft-list.tsx";
import { DraftPage } from "./draft-page.tsx";
import { EditDraft } from "./edit-draft.tsx";
import { ItemList } from "./item-list.tsx";
import { ItemPage } from "./item-page.tsx";
import { NewDraft } from "./new-draft.tsx";

const { listDrafts, putDraft } = DraftService.method;

/** Kinds of certificate (目录): what is published, and drafts on their way to it. */
export function CatalogPages() {
  const texts = useTexts(CATALOG);
  const { roles } = useWho();
  const seesDrafts = mayCall(roles, listDrafts);
  return (
    <>
      <nav className="parts" aria-label={texts.parts}>
        <NavLink to="/catalog" end>
          {texts.items}
        </NavLink>
        {seesDrafts && <NavLink to="/catalog/drafts">{texts.drafts}</NavLink>}
      </nav>
      <Routes>
        <Route index element={<ItemList />} />
        <Route path="items/:code" element={<ItemPage />} />
        {seesDrafts && <Route path="drafts" element={<DraftList />} />}
        {seesDrafts && <Route path="drafts/:id" element={<DraftPage />} />}
        {mayCall(roles, putDraft) && <Route path="drafts/new" element={<NewDraft />} />}
        {mayCall(roles, putDraft) && <Route path="drafts/:id/edit" element={<EditDraft />} />}
        <Route path="*" element={<NoPage />} />
      </Routes>
    </>
  );
}
