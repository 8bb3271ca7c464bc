import { Route, Routes } from "react-router";
import { NoPage } from "../shell/placeholders.tsx";
import { AppCheck } from "./app-check.tsx";
import { AppsInSandbox } from "./apps-in-sandbox.tsx";

/** What departments' systems have done in a sandbox (沙箱, 6.2.4). At a node of production there are no such pages. */
export function SandboxPages() {
  return (
    <Routes>
      <Route index element={<AppsInSandbox />} />
      <Route path=":appKey" element={<AppCheck />} />
      <Route path="*" element={<NoPage />} />
    </Routes>
  );
}
