import type { DescMethod } from "@bufbuild/protobuf";
import { Empty } from "antd";
import type { ComponentType } from "react";
import { DraftService } from "../../../proto/gen/ecert/catalog/v1/draft_service_pb.ts";
import { ListService } from "../../../proto/gen/ecert/catalog/v1/list_service_pb.ts";
import { RegistryService } from "../../../proto/gen/ecert/catalog/v1/registry_service_pb.ts";
import { ChangeService } from "../../../proto/gen/ecert/governance/v1/change_service_pb.ts";
import { EntryService } from "../../../proto/gen/ecert/governance/v1/entry_service_pb.ts";
import { OpeningRequestService } from "../../../proto/gen/ecert/governance/v1/opening_request_service_pb.ts";
import { PlanService } from "../../../proto/gen/ecert/governance/v1/plan_service_pb.ts";
import { AccountService } from "../../../proto/gen/ecert/identity/v1/account_service_pb.ts";
import { AppService } from "../../../proto/gen/ecert/identity/v1/app_service_pb.ts";
import { IssueService } from "../../../proto/gen/ecert/issue/v1/issue_service_pb.ts";
import { SupervisionService } from "../../../proto/gen/ecert/supervision/v1/supervision_service_pb.ts";
import { ErrorReportService } from "../../../proto/gen/ecert/usage/v1/error_report_service_pb.ts";
import { WatchService } from "../../../proto/gen/ecert/watch/v1/watch_service_pb.ts";
import { mayCall } from "../shell/allowed.ts";
import { useWho } from "../shell/who.tsx";
import { useTexts } from "../text/texts.ts";
import { BulletinsUnread } from "./bulletins-unread.tsx";
import { CertificatesEnding } from "./certificates-ending.tsx";
import { ChangesWaiting } from "./changes-waiting.tsx";
import { DraftsWaiting } from "./drafts-waiting.tsx";
import { EntriesWaiting } from "./entries-waiting.tsx";
import { ListChangesWaiting } from "./list-changes-waiting.tsx";
import { MadeNotIssued } from "./made-not-issued.tsx";
import { NodeAlarms } from "./node-alarms.tsx";
import { OpeningsWaiting } from "./openings-waiting.tsx";
import { PlansWaiting } from "./plans-waiting.tsx";
import { ReportsWaiting } from "./reports-waiting.tsx";
import { SealsWaiting } from "./seals-waiting.tsx";
import { SecretsEnding } from "./secrets-ending.tsx";
import { WORKBENCH } from "./workbench-texts.ts";

/** What may wait for somebody, and the call without which it cannot. */
const PARTS: readonly { needs: DescMethod; Part: ComponentType }[] = [
  { needs: IssueService.method.listCertificates, Part: MadeNotIssued },
  { needs: ErrorReportService.method.answerErrorReport, Part: ReportsWaiting },
  { needs: DraftService.method.takeDraftStep, Part: DraftsWaiting },
  { needs: OpeningRequestService.method.takeOpeningRequestStep, Part: OpeningsWaiting },
  { needs: ListService.method.publishListChange, Part: ListChangesWaiting },
  { needs: PlanService.method.takePlanStep, Part: PlansWaiting },
  { needs: WatchService.method.getNode, Part: NodeAlarms },
  { needs: AppService.method.putApp, Part: SecretsEnding },
  { needs: AccountService.method.bindCertificate, Part: CertificatesEnding },
  { needs: EntryService.method.takeEntryStep, Part: EntriesWaiting },
  { needs: ChangeService.method.takeChangeStep, Part: ChangesWaiting },
  { needs: RegistryService.method.confirmSeal, Part: SealsWaiting },
  // Where bulletins stand is a part of the menu that needs this call.
  { needs: SupervisionService.method.getRates, Part: BulletinsUnread },
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
