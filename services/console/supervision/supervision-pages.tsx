import { NavLink, Route, Routes } from "react-router";
import { BulletinService } from "../../../proto/gen/ecert/supervision/v1/bulletin_service_pb.ts";
import { SupervisionService } from "../../../proto/gen/ecert/supervision/v1/supervision_service_pb.ts";
import { mayCall } from "../shell/allowed.ts";
import { NoPage } from "../shell/placeholders.tsx";
import { useWho } from "../shell/who.tsx";
import { useTexts } from "../text/texts.ts";
import { BulletinList } from "./bulletin-list.tsx";
import { BulletinPage } from "./bulletin-page.tsx";
import { InspectionList } from "./inspection-list.tsx";
import { InspectionPage } from "./inspection-page.tsx";
import { Overview } from "./overview.tsx";
import { RateMembers } from "./rate-members.tsx";
import "./supervision.css";
import { SUPERVISION } from "./supervision-texts.ts";

/** What was counted (效能监督, 4.7), to be looked at: nothing is changed here. */
export function SupervisionPages() {
  const texts = useTexts(SUPERVISION);
  const { roles } = useWho();
  const inspections = mayCall(roles, SupervisionService.method.listInspections);
  return (
    <>
      <nav className="parts" aria-label={texts.parts}>
        <NavLink to="/supervision" end>
          {texts.overview}
        </NavLink>
        {inspections && <NavLink to="/supervision/inspections">{texts.inspections}</NavLink>}
        {mayCall(roles, BulletinService.method.listOwnBulletins) && (
          <NavLink to="/supervision/bulletins">{texts.bulletins}</NavLink>
        )}
      </nav>
      <Routes>
        <Route index element={<Overview />} />
        <Route path="members" element={<RateMembers />} />
        {inspections && <Route path="inspections" element={<InspectionList />} />}
        {inspections && <Route path="inspections/:division/:quarter" element={<InspectionPage />} />}
        <Route path="bulletins" element={<BulletinList />} />
        <Route path="bulletins/:division/:quarter" element={<BulletinPage />} />
        <Route path="*" element={<NoPage />} />
      </Routes>
    </>
  );
}
