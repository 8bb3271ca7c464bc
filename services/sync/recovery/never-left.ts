import type { NodeConfig } from "../../host/config.ts";
import { hasService, isProvince } from "../../host/place.ts";
import type { ServiceName } from "../../host/services.ts";

/** Something of a node that no other node has, so that no recovery brings it back. */
export interface NeverLeft {
  service: ServiceName;
  /** At the province alone: what a city has of the kind comes back from there. */
  provinceOnly?: true;
  /** Collections in which it lies, all of it or some; see `test/recovery/what-comes-back.test.ts`. */
  collections: readonly string[];
  /** What it is. */
  chinese: string;
  english: string;
  /** What to do, where the copy lacks it. */
  remedy: string;
}

/** All that never leaves its node, by service. `ops/ecert/README.md` has the table of it, and of what comes back from where. */
export const NEVER_LEFT: readonly NeverLeft[] = [
  {
    service: "catalog",
    collections: ["catalog_drafts", "catalog_items"],
    chinese: "未提交的目录草案、提交后又修改的内容、已登记未发布的目录版本",
    english:
      "drafts of items that were never handed on, what was changed since, and versions that were registered and not published",
    remedy:
      "由部门重新起草；运维重新登记 · draft them again (ecert draft put), register them again (ecert item register)",
  },
  {
    service: "catalog",
    collections: ["catalog_list_changes", "catalog_matter_imports", "catalog_matter_import_pieces"],
    chinese: "未发布的应开通目录变更、进行中的事项清单导入",
    english: "changes of obligatory lists that were not published, and imports of matters that were under way",
    remedy:
      "重新提出；重新导入同一文件 · prepare them again (ecert list prepare), import the same file again (ecert matter import)",
  },
  {
    service: "catalog",
    provinceOnly: true,
    collections: [
      ...["catalog_departments", "catalog_seals", "catalog_openings", "catalog_matters"],
      ...["catalog_delegations", "catalog_drafts", "catalog_matter_directory"],
    ],
    chinese: "省级自身部门的登记、委托、草案，省事项目录",
    english: "registry, delegations and drafts of the province's own departments, and its directory of matters",
    remedy:
      "以原文件重新登记 · put them again from their files (ecert apply, ecert delegation put, ecert matter import)",
  },
  {
    service: "identity",
    provinceOnly: true,
    collections: ["identity_apps"],
    chinese: "省级自身部门的应用账户",
    english: "apps of the province's own departments",
    remedy: "重新登记并分发新密钥 · put them again and hand out new secrets (ecert app put)",
  },
  {
    service: "identity",
    collections: ["identity_accounts", "identity_passwords", "identity_sessions"],
    chinese: "工作人员账号、证书绑定、口令、会话",
    english: "accounts of staff, their certificates and passwords, and sessions",
    remedy:
      "核对账号与角色，停用应停用者；缺失的重新导入 · look through accounts and roles, close what was closed since; import what is missing (ecert account list, close, import, bind)",
  },
  {
    service: "governance",
    collections: [
      ...["governance_divisions", "governance_changes", "governance_opening_requests", "governance_entries"],
      ...["governance_hand_ins", "governance_papers", "governance_plans"],
      ...["governance_sandbox_calls", "governance_sandbox_apps"],
    ],
    chinese: "行政区划、接入、变更、清单报送、开通申请、推广计划等事务及其材料",
    english: "divisions, and cases: entries, changes, hand-ins, opening requests, promotion plans, with their papers",
    remedy:
      "重新载入行政区划；未办结的重新提交（已生效的结果随登记取回）· load divisions again (ecert division load), submit open cases again; what they brought about comes back with the registry",
  },
  {
    service: "issue",
    collections: ["certificates", "issue_uploads", "issue_upload_parts"],
    chinese: "已制未签的证照及其上传的附件、变更的请求号",
    english: "certificates that were made and not issued, files uploaded for them, and request ids of changes",
    remedy:
      "以同一业务流水号重新制证，标识不变 · make them again under the same business serial: the identifier is the same",
  },
  {
    service: "issue",
    provinceOnly: true,
    collections: ["certificates"],
    chinese: "省级自身签发的证照与文件",
    english: "certificates that the province has issued itself, with their files",
    remedy:
      "由持证主体留存的文件仍可验真；其余只在备份中 · files that holders have verify as they did; all else is in backups alone",
  },
  {
    service: "usage",
    collections: ["usage_codes", "usage_counters", "holder_uses", "presentations", "usage_hours"],
    chinese: "用证码、亮证、配额计数、持证主体的用证记录",
    english: "usage codes, presentations, counts of quotas, and what holders are told of uses",
    remedy: "重新申请用证码；用证记录见证据链 · ask for usage codes again; uses stand in the evidence (ecert evidence)",
  },
  {
    service: "usage",
    collections: ["error_reports"],
    chinese: "持证主体的报错与答复",
    english: "errors that holders have reported, and the answers",
    remedy: "由持证主体重新报错 · holders report them again",
  },
  {
    service: "supervision",
    collections: [
      ...["supervision_facts", "supervision_issued", "supervision_tallies", "supervision_rates", "supervision_months"],
      ...["supervision_sums", "supervision_days", "supervision_indicators", "supervision_inspections"],
      ...["supervision_bulletins", "supervision_nodes", "supervision_history", "supervision_calendars"],
    ],
    chinese: "监测统计数据、指标、工作日历、已冻结的检查、通报",
    english: "figures, indicators, calendars of working days, frozen inspections and bulletins",
    remedy:
      "重新定义指标与工作日历；此前各日的数据以已发布的通报为准 · define indicators and calendars again; of days before, what was published counts",
  },
  {
    service: "extension",
    collections: ["extension_deliveries"],
    chinese: "待投递给扩展的事件",
    english: "events that waited for extensions",
    remedy: "由扩展自行核对补取 · extensions look for what they lack",
  },
];

/** Sentences of what no recovery brings back to a node with these services, each with what to do. */
export function neverLeft(config: Pick<NodeConfig, "node" | "services" | "mesh">): string[] {
  return NEVER_LEFT.filter(
    ({ service, provinceOnly }) => hasService(config, service) && (!provinceOnly || isProvince(config.node)),
  ).map(({ chinese, english, remedy }) => `${chinese} · ${english} → ${remedy}`);
}
