import { Route, Routes } from "react-router";
import { OpeningRequestService } from "../../../proto/gen/ecert/governance/v1/opening_request_service_pb.ts";
import { mayCall } from "../shell/allowed.ts";
import { NoPage } from "../shell/placeholders.tsx";
import { useWho } from "../shell/who.tsx";
import { OpeningList } from "./opening-list.tsx";
import { OpeningPage } from "./opening-page.tsx";
import { EditRequest, NewRequest } from "./write-request.tsx";

/** Requests for openings (开通): what is asked for, written on screen, and the steps of those who ask and of those who confirm. */
export function OpeningPages() {
  const { roles } = useWho();
  const writes = mayCall(roles, OpeningRequestService.method.putOpeningRequest);
  return (
    <Routes>
      <Route index element={<OpeningList />} />
      {writes && <Route path="new" element={<NewRequest />} />}
      {writes && <Route path=":id/edit" element={<EditRequest />} />}
      <Route path=":id" element={<OpeningPage />} />
      <Route path="*" element={<NoPage />} />
    </Routes>
  );
}
