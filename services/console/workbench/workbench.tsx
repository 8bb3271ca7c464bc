import type { DescMethod } from "@bufbuild/protobuf";
import { Empty } from "antd";
import type { ComponentType } from "react";
import { DraftService } from "../../../proto/gen/ecert/catalog/v1/draft_service_pb.ts";
import { OpeningRequestService } from "../../../proto/gen/ecert/governance/v1/opening_request_service_pb.ts";
import { IssueService } from "../../../proto/gen/ecert/issue/v1/issue_service_pb.ts";
import { mayCall } from "../shell/allowed.ts";
import { useWho } from "../shell/who.tsx";
import { useTexts } from "../text/texts.ts";
import { DraftsWaiting } from "./drafts-waiting.tsx";
import { MadeNotIssued } from "./made-not-issued.tsx";
import { OpeningsWaiting } from "./openings-waiting.tsx";
import { WORKBENCH } from "./workbench-texts.ts";

/** What may wait for somebody, and the call without which it cannot. */
const PARTS: readonly { needs: DescMethod; Part: ComponentType }[] = [
  { needs: IssueService.method.listCertificates, Part: MadeNotIssued },
  { needs: DraftService.method.takeDraftStep, Part: DraftsWaiting },
  { needs: OpeningRequestService.method.takeOpeningRequestStep, Part: OpeningsWaiting },
];

/** What waits for whoever looks at it. */
export function Workbench() {
  const texts = useTexts(WORKBENCH);
  const { roles } = useWho();
  const parts = PARTS.filter(({ needs }) => mayCall(roles, needs));
  return (
    <>
      <h1>{texts.title}</h1>
      {parts.map(({ needs, Part }) => (
        <Part key={needs.name} />
      ))}
      {parts.length === 0 && <Empty description={texts.nothing} />}
    </>
  );
}
