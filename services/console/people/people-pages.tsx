import { Navigate, NavLink, Route, Routes } from "react-router";
import { MatterService } from "../../../proto/gen/ecert/catalog/v1/matter_service_pb.ts";
import { RegistryService } from "../../../proto/gen/ecert/catalog/v1/registry_service_pb.ts";
import { ChangeService } from "../../../proto/gen/ecert/governance/v1/change_service_pb.ts";
import { EntryService } from "../../../proto/gen/ecert/governance/v1/entry_service_pb.ts";
import { AccountService } from "../../../proto/gen/ecert/identity/v1/account_service_pb.ts";
import { AppService } from "../../../proto/gen/ecert/identity/v1/app_service_pb.ts";
import { mayCall } from "../shell/allowed.ts";
import { NoPage } from "../shell/placeholders.tsx";
import { useWho } from "../shell/who.tsx";
import { useTexts } from "../text/texts.ts";
import { AccountList } from "./accounts/account-list.tsx";
import { AccountPage } from "./accounts/account-page.tsx";
import { EditAccount } from "./accounts/edit-account.tsx";
import { ImportAccounts } from "./accounts/import-accounts.tsx";
import { NewAccount } from "./accounts/new-account.tsx";
import { AppList } from "./apps/app-list.tsx";
import { AppPage } from "./apps/app-page.tsx";
import { EditApp } from "./apps/edit-app.tsx";
import { NewApp } from "./apps/new-app.tsx";
import { EditChange, NewChange } from "./changes/change-form.tsx";
import { ChangeList } from "./changes/change-list.tsx";
import { ChangePage } from "./changes/change-page.tsx";
import { DepartmentList } from "./departments/department-list.tsx";
import { DepartmentPage } from "./departments/department-page.tsx";
import { EditEntry } from "./entries/edit-entry.tsx";
import { EntryList } from "./entries/entry-list.tsx";
import { EntryPage } from "./entries/entry-page.tsx";
import { NewEntry } from "./entries/new-entry.tsx";
import { ImportList } from "./matters/import-list.tsx";
import { ImportPage } from "./matters/import-page.tsx";
import { MatterDifferences } from "./matters/matter-differences.tsx";
import { MatterList } from "./matters/matter-list.tsx";
import "./people.css";
import { PEOPLE } from "./people-texts.ts";
import { EditSeal } from "./seals/edit-seal.tsx";
import { NewSeal } from "./seals/new-seal.tsx";
import { SealPage } from "./seals/seal-page.tsx";

const { getSeal, putSeal } = RegistryService.method;

/** Departments and people (部门与人员, 6.2.2, 6.2.4.1): who works with the platform, by which certificates and systems. */
export function PeoplePages() {
  const texts = useTexts(PEOPLE);
  const { roles } = useWho();
  const seesAccounts = mayCall(roles, AccountService.method.listAccounts);
  const imports = mayCall(roles, MatterService.method.startMatterImport);
  const seesEntries = mayCall(roles, EntryService.method.listEntries);
  const seesChanges = mayCall(roles, ChangeService.method.listChanges);
  const seesApps = mayCall(roles, AppService.method.listApps);
  const preparesSeals = mayCall(roles, putSeal);
  const seesApp = mayCall(roles, AppService.method.getApp);
  return (
    <>
      <nav className="parts" aria-label={texts.parts}>
        <NavLink to="/people/departments">{texts.departments}</NavLink>
        {seesEntries && <NavLink to="/people/entries">{texts.entries}</NavLink>}
        {seesChanges && <NavLink to="/people/changes">{texts.changes}</NavLink>}
        {seesAccounts && <NavLink to="/people/accounts">{texts.accounts}</NavLink>}
        {seesApps && <NavLink to="/people/apps">{texts.apps}</NavLink>}
        <NavLink to="/people/matters">{texts.matters}</NavLink>
      </nav>
      <Routes>
        <Route index element={<Navigate replace to="departments" />} />
        <Route path="departments" element={<DepartmentList />} />
        <Route path="departments/:code" element={<DepartmentPage />} />
        {mayCall(roles, getSeal) && <Route path="departments/:code/seals/:seal" element={<SealPage />} />}
        {preparesSeals && <Route path="departments/:code/seals/new" element={<NewSeal />} />}
        {preparesSeals && <Route path="departments/:code/seals/:seal/edit" element={<EditSeal />} />}
        {seesEntries && (
          <Route path="entries">
            <Route index element={<EntryList />} />
            <Route path="new" element={<NewEntry />} />
            <Route path=":code" element={<EntryPage />} />
            <Route path=":code/edit" element={<EditEntry />} />
          </Route>
        )}
        {seesChanges && (
          <Route path="changes">
            <Route index element={<ChangeList />} />
            <Route path="new" element={<NewChange />} />
            <Route path=":id" element={<ChangePage />} />
            <Route path=":id/edit" element={<EditChange />} />
          </Route>
        )}
        {seesAccounts && (
          <Route path="accounts">
            <Route index element={<AccountList />} />
            <Route path="new" element={<NewAccount />} />
            <Route path="import" element={<ImportAccounts />} />
            <Route path=":id" element={<AccountPage />} />
            <Route path=":id/edit" element={<EditAccount />} />
          </Route>
        )}
        {seesApps && <Route path="apps" element={<AppList />} />}
        {mayCall(roles, AppService.method.putApp) && <Route path="apps/new" element={<NewApp />} />}
        {mayCall(roles, AppService.method.putApp) && <Route path="apps/:key/edit" element={<EditApp />} />}
        {seesApp && <Route path="apps/:key" element={<AppPage />} />}
        <Route path="matters" element={<MatterList />} />
        <Route path="matters/differences" element={<MatterDifferences />} />
        {imports && <Route path="matters/import" element={<ImportList />} />}
        {imports && <Route path="matters/imports/:id" element={<ImportPage />} />}
        <Route path="*" element={<NoPage />} />
      </Routes>
    </>
  );
}
