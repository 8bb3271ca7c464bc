import { NavLink, Route, Routes } from "react-router";
import { LinkService } from "../../../proto/gen/ecert/sync/v1/link_service_pb.ts";
import { mayCall } from "../shell/allowed.ts";
import { NoPage } from "../shell/placeholders.tsx";
import { useWho } from "../shell/who.tsx";
import { useTexts } from "../text/texts.ts";
import { ArchiveList } from "./archive-list.tsx";
import { ARCHIVE } from "./archive-texts.ts";
import { ArchivedPage } from "./archived-page.tsx";
import { PeerDifferences } from "./peer-differences.tsx";

/** The archive (证照库, 4.6.3) for management bodies, to be read: nothing is changed here. */
export function ArchivePages() {
  const texts = useTexts(ARCHIVE);
  const { roles } = useWho();
  const peers = mayCall(roles, LinkService.method.getLinks);
  return (
    <>
      {peers && (
        <nav className="parts" aria-label={texts.title}>
          <NavLink to="/archive" end>
            {texts.list}
          </NavLink>
          <NavLink to="/archive/peers">{texts.peers}</NavLink>
        </nav>
      )}
      <Routes>
        <Route index element={<ArchiveList />} />
        {peers && <Route path="peers" element={<PeerDifferences />} />}
        <Route path=":identifier" element={<ArchivedPage />} />
        <Route path="*" element={<NoPage />} />
      </Routes>
    </>
  );
}
