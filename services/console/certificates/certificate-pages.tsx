import { Route, Routes } from "react-router";
import { NoPage } from "../shell/placeholders.tsx";
import { CertificateList } from "./certificate-list.tsx";
import { CertificatePage } from "./certificate-page.tsx";
import { ErrorReports } from "./error-reports.tsx";
import { IssueMany } from "./issue-many.tsx";
import { NewCertificate } from "./new-certificate.tsx";
import { ReplaceCertificate } from "./replace-certificate.tsx";

/** Making, issuing and looking after certificates (发证). */
export function CertificatePages() {
  return (
    <Routes>
      <Route index element={<CertificateList />} />
      <Route path="new" element={<NewCertificate />} />
      <Route path="reports" element={<ErrorReports />} />
      <Route path="issue" element={<IssueMany />} />
      <Route path=":identifier" element={<CertificatePage />} />
      <Route path=":identifier/replace" element={<ReplaceCertificate />} />
      <Route path="*" element={<NoPage />} />
    </Routes>
  );
}
