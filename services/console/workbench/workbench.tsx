import { Empty } from "antd";
import { IssueService } from "../../../proto/gen/ecert/issue/v1/issue_service_pb.ts";
import { mayCall } from "../shell/allowed.ts";
import { useWho } from "../shell/who.tsx";
import { useTexts } from "../text/texts.ts";
import { MadeNotIssued } from "./made-not-issued.tsx";
import { WORKBENCH } from "./workbench-texts.ts";

/** What waits for whoever looks at it. */
export function Workbench() {
  const texts = useTexts(WORKBENCH);
  const { roles } = useWho();
  const certificates = mayCall(roles, IssueService.method.listCertificates);
  return (
    <>
      <h1>{texts.title}</h1>
      {certificates ? <MadeNotIssued /> : <Empty description={texts.nothing} />}
    </>
  );
}
