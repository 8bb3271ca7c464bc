import { Route, Routes } from "react-router";
import { NoPage } from "../shell/placeholders.tsx";
import { OpeningList } from "./opening-list.tsx";
import { OpeningPage } from "./opening-page.tsx";

/** Requests for openings (开通): what is asked for, and the steps of those who ask and of those who confirm. */
export function OpeningPages() {
  return (
    <Routes>
      <Route index element={<OpeningList />} />
      <Route path=":id" element={<OpeningPage />} />
      <Route path="*" element={<NoPage />} />
    </Routes>
  );
}
