import { Route, Routes } from "react-router";
import { NoPage } from "../shell/placeholders.tsx";
import { ActList } from "./act-list.tsx";
import { LifePage } from "./life-page.tsx";
import "./audit.css";

/** Who did what, and what became of a certificate (审计, 5.9.5), to be read: nothing is changed here. */
export function AuditPages() {
  return (
    <Routes>
      <Route index element={<ActList />} />
      <Route path="life/:identifier" element={<LifePage />} />
      <Route path="*" element={<NoPage />} />
    </Routes>
  );
}
