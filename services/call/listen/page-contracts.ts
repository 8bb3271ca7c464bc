import type { DescService } from "@bufbuild/protobuf";
import { CatalogService } from "../../../proto/gen/ecert/catalog/v1/catalog_service_pb.ts";
import { DraftService } from "../../../proto/gen/ecert/catalog/v1/draft_service_pb.ts";
import { IssuerService } from "../../../proto/gen/ecert/catalog/v1/issuer_service_pb.ts";
import { ListService } from "../../../proto/gen/ecert/catalog/v1/list_service_pb.ts";
import { MatterService } from "../../../proto/gen/ecert/catalog/v1/matter_service_pb.ts";
import { OpeningService } from "../../../proto/gen/ecert/catalog/v1/opening_service_pb.ts";
import { RegistryService } from "../../../proto/gen/ecert/catalog/v1/registry_service_pb.ts";
import { SetAsideService } from "../../../proto/gen/ecert/event/v1/set_aside_service_pb.ts";
import { ExtensionService } from "../../../proto/gen/ecert/extension/v1/extension_service_pb.ts";
import { ChangeService } from "../../../proto/gen/ecert/governance/v1/change_service_pb.ts";
import { DivisionService } from "../../../proto/gen/ecert/governance/v1/division_service_pb.ts";
import { EntryService } from "../../../proto/gen/ecert/governance/v1/entry_service_pb.ts";
import { HandInService } from "../../../proto/gen/ecert/governance/v1/hand_in_service_pb.ts";
import { OpeningRequestService } from "../../../proto/gen/ecert/governance/v1/opening_request_service_pb.ts";
import { PaperService } from "../../../proto/gen/ecert/governance/v1/paper_service_pb.ts";
import { PlanService } from "../../../proto/gen/ecert/governance/v1/plan_service_pb.ts";
import { SandboxService } from "../../../proto/gen/ecert/governance/v1/sandbox_service_pb.ts";
import { AgentRollService } from "../../../proto/gen/ecert/issue/v1/agent_roll_service_pb.ts";
import { IssueService } from "../../../proto/gen/ecert/issue/v1/issue_service_pb.ts";
import { RecoveryService } from "../../../proto/gen/ecert/issue/v1/recovery_service_pb.ts";
import { UploadService } from "../../../proto/gen/ecert/issue/v1/upload_service_pb.ts";
import { AuditService } from "../../../proto/gen/ecert/supervision/v1/audit_service_pb.ts";
import { BulletinService } from "../../../proto/gen/ecert/supervision/v1/bulletin_service_pb.ts";
import { CalendarService } from "../../../proto/gen/ecert/supervision/v1/calendar_service_pb.ts";
import { SupervisionService } from "../../../proto/gen/ecert/supervision/v1/supervision_service_pb.ts";
import { ArchiveReadService } from "../../../proto/gen/ecert/sync/v1/archive_read_service_pb.ts";
import { LinkService } from "../../../proto/gen/ecert/sync/v1/link_service_pb.ts";
import { StandingService } from "../../../proto/gen/ecert/sync/v1/standing_service_pb.ts";
import { StatusService } from "../../../proto/gen/ecert/sync/v1/status_service_pb.ts";
import { ErrorReportService } from "../../../proto/gen/ecert/usage/v1/error_report_service_pb.ts";
import { HolderService } from "../../../proto/gen/ecert/usage/v1/holder_service_pb.ts";
import { UsageService } from "../../../proto/gen/ecert/usage/v1/usage_service_pb.ts";
import { VerifyService } from "../../../proto/gen/ecert/usage/v1/verify_service_pb.ts";

/**
 * Contracts with a method for staff, holders or everybody, which are those that pages call, of services that may be in another process than the pages. Those of the
 * page service itself are not among them, nor is `WatchService`, which every process serves. No method of theirs streams (`test/contracts.test.ts` holds both).
 */
export const PAGE_CONTRACTS: readonly DescService[] = [
  CatalogService,
  DraftService,
  IssuerService,
  ListService,
  MatterService,
  OpeningService,
  RegistryService,
  SetAsideService,
  ExtensionService,
  ChangeService,
  DivisionService,
  EntryService,
  HandInService,
  OpeningRequestService,
  PaperService,
  PlanService,
  SandboxService,
  AgentRollService,
  IssueService,
  RecoveryService,
  UploadService,
  AuditService,
  BulletinService,
  CalendarService,
  SupervisionService,
  ArchiveReadService,
  LinkService,
  StandingService,
  StatusService,
  ErrorReportService,
  HolderService,
  UsageService,
  VerifyService,
];
