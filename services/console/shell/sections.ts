import type { DescMethod } from "@bufbuild/protobuf";
import { type ComponentType, lazy } from "react";
import { CatalogService } from "../../../proto/gen/ecert/catalog/v1/catalog_service_pb.ts";
import { EntryService } from "../../../proto/gen/ecert/governance/v1/entry_service_pb.ts";
import { OpeningRequestService } from "../../../proto/gen/ecert/governance/v1/opening_request_service_pb.ts";
import { SandboxService } from "../../../proto/gen/ecert/governance/v1/sandbox_service_pb.ts";
import { AccountService } from "../../../proto/gen/ecert/identity/v1/account_service_pb.ts";
import { AppService } from "../../../proto/gen/ecert/identity/v1/app_service_pb.ts";
import { IssueService } from "../../../proto/gen/ecert/issue/v1/issue_service_pb.ts";
import { AuditService } from "../../../proto/gen/ecert/supervision/v1/audit_service_pb.ts";
import { SupervisionService } from "../../../proto/gen/ecert/supervision/v1/supervision_service_pb.ts";
import { ArchiveReadService } from "../../../proto/gen/ecert/sync/v1/archive_read_service_pb.ts";
import { UsageService } from "../../../proto/gen/ecert/usage/v1/usage_service_pb.ts";
import { WatchService } from "../../../proto/gen/ecert/watch/v1/watch_service_pb.ts";
import type { Both } from "../text/texts.ts";

/** A part of the console: an entry of the main menu, with all pages below its path. */
export interface Section {
  readonly path: string;
  readonly title: Both;
  /** Calls of which one at least must be allowed, so that there is anything to show. None: everybody sees it. */
  readonly needs: readonly DescMethod[];
  /** At sandboxes alone. */
  readonly inSandbox?: true;
  /** Loaded when it is opened. */
  readonly Pages: ComponentType;
}

/** The parts, in the order of the menu. */
export const SECTIONS: readonly Section[] = [
  {
    path: "",
    title: ["工作台", "Workbench"],
    needs: [],
    Pages: lazy(async () => ({ default: (await import("../workbench/workbench.tsx")).Workbench })),
  },
  {
    path: "catalog",
    title: ["目录", "Catalog"],
    needs: [CatalogService.method.listCatalogItemVersions],
    Pages: lazy(async () => ({ default: (await import("../catalog/catalog-pages.tsx")).CatalogPages })),
  },
  {
    path: "certificates",
    title: ["发证", "Certificates"],
    needs: [IssueService.method.listCertificates],
    Pages: lazy(async () => ({ default: (await import("../certificates/certificate-pages.tsx")).CertificatePages })),
  },
  {
    path: "use",
    title: ["用证", "Use"],
    needs: [UsageService.method.createUsageContext, UsageService.method.listDepartmentUses],
    Pages: lazy(async () => ({ default: (await import("../use/use-pages.tsx")).UsePages })),
  },
  {
    path: "openings",
    title: ["开通", "Openings"],
    needs: [OpeningRequestService.method.listOpeningRequests],
    Pages: lazy(async () => ({ default: (await import("../openings/opening-pages.tsx")).OpeningPages })),
  },
  {
    path: "sandbox",
    title: ["沙箱检测", "Sandbox"],
    needs: [SandboxService.method.checkSandbox],
    inSandbox: true,
    Pages: lazy(async () => ({ default: (await import("../sandbox/sandbox-pages.tsx")).SandboxPages })),
  },
  {
    path: "people",
    title: ["部门与人员", "Departments and people"],
    needs: [EntryService.method.listEntries, AccountService.method.listAccounts, AppService.method.listApps],
    Pages: lazy(async () => ({ default: (await import("../people/people-pages.tsx")).PeoplePages })),
  },
  {
    path: "supervision",
    title: ["监督", "Supervision"],
    needs: [SupervisionService.method.getRates],
    Pages: lazy(async () => ({ default: (await import("../supervision/supervision-pages.tsx")).SupervisionPages })),
  },
  {
    path: "archive",
    title: ["证照库", "Archive"],
    needs: [ArchiveReadService.method.searchArchive],
    Pages: lazy(async () => ({ default: (await import("../archive/archive-pages.tsx")).ArchivePages })),
  },
  {
    path: "audit",
    title: ["审计", "Audit"],
    needs: [AuditService.method.listActs],
    Pages: lazy(async () => ({ default: (await import("../audit/audit-pages.tsx")).AuditPages })),
  },
  {
    path: "watch",
    title: ["运维", "Operations"],
    needs: [WatchService.method.getNode],
    Pages: lazy(async () => ({ default: (await import("../watch/watch-pages.tsx")).WatchPages })),
  },
  {
    path: "keys",
    title: ["安全密钥", "Security key"],
    needs: [IssueService.method.prepareConfirmation],
    Pages: lazy(async () => ({ default: (await import("../keys/keys-pages.tsx")).KeysPages })),
  },
];
