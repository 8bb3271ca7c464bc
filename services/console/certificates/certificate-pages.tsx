import { Route, Routes } from "react-router";
import { NoPage } from "../shell/placeholders.tsx";
import { CertificateList } from "./certificate-list.tsx";

/** Making, issuing and looking after certificates (发证). */
export function CertificatePages() {
  return (
    <Routes>
      <Route index element={<CertificateList />} />
      <Route path="*" element={<NoPage />} />
    </Routes>
  );
}
