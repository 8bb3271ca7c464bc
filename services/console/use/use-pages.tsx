import { Navigate, NavLink, Route, Routes } from "react-router";
import { UsageService } from "../../../proto/gen/ecert/usage/v1/usage_service_pb.ts";
import { mayCall } from "../shell/allowed.ts";
import { NoPage } from "../shell/placeholders.tsx";
import { useWho } from "../shell/who.tsx";
import { useTexts } from "../text/texts.ts";
import { MatterList } from "./matter-list.tsx";
import { MatterPage } from "./matter-page.tsx";
import { UseList } from "./use-list.tsx";
import { USE } from "./use-texts.ts";
import "./use.css";

const { createUsageContext, listDepartmentUses } = UsageService.method;

/** Using certificates of others in a matter (用证), and what the department has used. */
export function UsePages() {
  const texts = useTexts(USE);
  const { roles } = useWho();
  const uses = mayCall(roles, createUsageContext);
  const sees = mayCall(roles, listDepartmentUses);
  return (
    <>
      {uses && sees && (
        <nav className="parts" aria-label={texts.parts}>
          <NavLink to="/use" end>
            {texts.begin}
          </NavLink>
          <NavLink to="/use/records">{texts.uses}</NavLink>
        </nav>
      )}
      <Routes>
        {uses && <Route index element={<MatterList />} />}
        {uses && <Route path=":code" element={<MatterPage />} />}
        {sees && <Route path="records" element={<UseList />} />}
        {!uses && <Route index element={<Navigate to="records" replace />} />}
        <Route path="*" element={<NoPage />} />
      </Routes>
    </>
  );
}
