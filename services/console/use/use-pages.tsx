import { Route, Routes } from "react-router";
import { NoPage } from "../shell/placeholders.tsx";
import { MatterList } from "./matter-list.tsx";
import { MatterPage } from "./matter-page.tsx";
import "./use.css";

/** Using certificates of others in a matter (用证). */
export function UsePages() {
  return (
    <Routes>
      <Route index element={<MatterList />} />
      <Route path=":code" element={<MatterPage />} />
      <Route path="*" element={<NoPage />} />
    </Routes>
  );
}
