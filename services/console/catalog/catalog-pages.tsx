import { NavLink, Route, Routes } from "react-router";
import { DraftService } from "../../../proto/gen/ecert/catalog/v1/draft_service_pb.ts";
import { ListService } from "../../../proto/gen/ecert/catalog/v1/list_service_pb.ts";
import { PlanService } from "../../../proto/gen/ecert/governance/v1/plan_service_pb.ts";
import { ChangeList } from "../obligatory/change-list.tsx";
import { ChangePage } from "../obligatory/change-page.tsx";
import { NewChange } from "../obligatory/new-change.tsx";
import { EditPlan } from "../plans/edit-plan.tsx";
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
import { OBLIGATORY, PLANS } from "./list-texts.ts";
import { NewDraft } from "./new-draft.tsx";
import { ObligatoryList } from "./obligatory-list.tsx";
import { PlanList } from "./plan-list.tsx";
import { PlanPage } from "./plan-page.tsx";

const { listDrafts, putDraft } = DraftService.method;

/** Kinds of certificate (目录): what is published, drafts on their way to it, what has to be issued, and by which plans it comes to that. */
export function CatalogPages() {
  const texts = useTexts(CATALOG);
  const { roles } = useWho();
  const seesDrafts = mayCall(roles, listDrafts);
  const seesChanges = mayCall(roles, ListService.method.listListChanges);
  const seesPlans = mayCall(roles, PlanService.method.listPlans);
  const titles = { list: useTexts(OBLIGATORY).title, plans: useTexts(PLANS).title };
  return (
    <>
      <nav className="parts" aria-label={texts.parts}>
        <NavLink to="/catalog" end>
          {texts.items}
        </NavLink>
        {seesDrafts && <NavLink to="/catalog/drafts">{texts.drafts}</NavLink>}
        {mayCall(roles, ListService.method.getEffectiveList) && <NavLink to="/catalog/list">{titles.list}</NavLink>}
        {seesPlans && <NavLink to="/catalog/plans">{titles.plans}</NavLink>}
      </nav>
      <Routes>
        <Route index element={<ItemList />} />
        <Route path="items/:code" element={<ItemPage />} />
        {seesDrafts && <Route path="drafts" element={<DraftList />} />}
        {seesDrafts && <Route path="drafts/:id" element={<DraftPage />} />}
        {mayCall(roles, putDraft) && <Route path="drafts/new" element={<NewDraft />} />}
        {mayCall(roles, putDraft) && <Route path="drafts/:id/edit" element={<EditDraft />} />}
        <Route path="list" element={<ObligatoryList />} />
        {seesChanges && <Route path="list/changes" element={<ChangeList />} />}
        {seesChanges && <Route path="list/changes/:id" element={<ChangePage />} />}
        {mayCall(roles, ListService.method.prepareListChange) && (
          <Route path="list/changes/new" element={<NewChange />} />
        )}
        {seesPlans && <Route path="plans" element={<PlanList />} />}
        {seesPlans && <Route path="plans/:id" element={<PlanPage />} />}
        {mayCall(roles, PlanService.method.putPlan) && <Route path="plans/new" element={<EditPlan />} />}
        {mayCall(roles, PlanService.method.putPlan) && <Route path="plans/:id/edit" element={<EditPlan />} />}
        <Route path="*" element={<NoPage />} />
      </Routes>
    </>
  );
}
