import { CatalogService } from "../../proto/gen/ecert/catalog/v1/catalog_service_pb.ts";
import { DraftService } from "../../proto/gen/ecert/catalog/v1/draft_service_pb.ts";
import { FormerAppsService } from "../../proto/gen/ecert/catalog/v1/former_apps_service_pb.ts";
import { IssuerService } from "../../proto/gen/ecert/catalog/v1/issuer_service_pb.ts";
import { ListService } from "../../proto/gen/ecert/catalog/v1/list_service_pb.ts";
import { MatterService } from "../../proto/gen/ecert/catalog/v1/matter_service_pb.ts";
import { OpeningService } from "../../proto/gen/ecert/catalog/v1/opening_service_pb.ts";
import { RegistryRecoveryService } from "../../proto/gen/ecert/catalog/v1/registry_recovery_service_pb.ts";
import { RegistryService } from "../../proto/gen/ecert/catalog/v1/registry_service_pb.ts";
import { TermsService } from "../../proto/gen/ecert/catalog/v1/terms_service_pb.ts";
import { HistoryService } from "../../proto/gen/ecert/event/v1/history_service_pb.ts";
import { InboxService } from "../../proto/gen/ecert/event/v1/inbox_service_pb.ts";
import { OutboxService } from "../../proto/gen/ecert/event/v1/outbox_service_pb.ts";
import { type MountedService, mount } from "../call/chain/service.ts";
import { historyHandlers } from "../event/history.ts";
import { outboxHandlers } from "../event/outbox.ts";
import { whileLevel } from "../node/standing.ts";
import type { CatalogContext } from "./context.ts";
import { listHistory } from "./lists/list-history.ts";
import { registryHistory } from "./registry/registry-history.ts";
import { applyEvent } from "./routes/apply-event.ts";
import { applyMatterImport } from "./routes/apply-matter-import.ts";
import { compareDraft } from "./routes/compare-draft.ts";
import { compareMatters } from "./routes/compare-matters.ts";
import { confirmDepartment } from "./routes/confirm-department.ts";
import { confirmSeal } from "./routes/confirm-seal.ts";
import { discardListChange } from "./routes/discard-list-change.ts";
import { dropFormerApps } from "./routes/drop-former-apps.ts";
import { findDepartment } from "./routes/find-department.ts";
import { findMatters } from "./routes/find-matters.ts";
import { getCatalogItem } from "./routes/get-catalog-item.ts";
import { getCatalogStanding } from "./routes/get-catalog-standing.ts";
import { getChangeTerms } from "./routes/get-change-terms.ts";
import { getDraft } from "./routes/get-draft.ts";
import { getEffectiveList } from "./routes/get-effective-list.ts";
import { getIssuingTerms } from "./routes/get-issuing-terms.ts";
import { getKeptRegister } from "./routes/get-kept-register.ts";
import { getListChange } from "./routes/get-list-change.ts";
import { getMatterImport } from "./routes/get-matter-import.ts";
import { getDepartment, getIssuingOpening, getMatter, getSeal } from "./routes/get-records.ts";
import { getStandings } from "./routes/get-standings.ts";
import { getUsageTerms } from "./routes/get-usage-terms.ts";
import { listCatalogItemVersions } from "./routes/list-catalog-item-versions.ts";
import { listCatalogItems } from "./routes/list-catalog-items.ts";
import { listDelegations } from "./routes/list-delegations.ts";
import { listDrafts } from "./routes/list-drafts.ts";
import { listFormerApps } from "./routes/list-former-apps.ts";
import { listKeptLists } from "./routes/list-kept-lists.ts";
import { listListChanges } from "./routes/list-list-changes.ts";
import { listListEntries } from "./routes/list-list-entries.ts";
import { listMatterImportRows } from "./routes/list-matter-import-rows.ts";
import { listMatterMaterials } from "./routes/list-matter-materials.ts";
import { listMissingMatters } from "./routes/list-missing-matters.ts";
import { listNodeDelegations } from "./routes/list-node-delegations.ts";
import { listNodeDrafts } from "./routes/list-node-drafts.ts";
import { listNodeKeys } from "./routes/list-node-keys.ts";
import { listNodeRecords } from "./routes/list-node-records.ts";
import { listPublishedVersions } from "./routes/list-published-versions.ts";
import { listDepartments, listIssuingOpenings, listMatters, listSeals } from "./routes/list-records.ts";
import { listBodies, listIssuingRights } from "./routes/list-register.ts";
import { listUnconfirmedDepartments } from "./routes/list-unconfirmed-departments.ts";
import { prepareListChange } from "./routes/prepare-list-change.ts";
import { previewFace } from "./routes/preview-face.ts";
import { previewMatterImport } from "./routes/preview-matter-import.ts";
import { publishCatalogItem } from "./routes/publish-catalog-item.ts";
import { publishListChange } from "./routes/publish-list-change.ts";
import { putDelegation } from "./routes/put-delegation.ts";
import { putDepartment } from "./routes/put-department.ts";
import { putDraft } from "./routes/put-draft.ts";
import { putIssuingOpening } from "./routes/put-issuing-opening.ts";
import { putIssuingRight } from "./routes/put-issuing-right.ts";
import { putMatter } from "./routes/put-matter.ts";
import { putMatterImportPart } from "./routes/put-matter-import-part.ts";
import { putNodeKey } from "./routes/put-node-key.ts";
import { putSeal } from "./routes/put-seal.ts";
import { rebaseDraft } from "./routes/rebase-draft.ts";
import { recoverRegistry } from "./routes/recover-registry.ts";
import { registerCatalogItem } from "./routes/register-catalog-item.ts";
import { setUpList } from "./routes/set-up-list.ts";
import { startMatterImport } from "./routes/start-matter-import.ts";
import { stopMatterImport } from "./routes/stop-matter-import.ts";
import { takeDraftStep } from "./routes/take-draft-step.ts";
import { unbindSeal } from "./routes/unbind-seal.ts";
import { watchTerms } from "./routes/watch-terms.ts";

/** What the catalog service serves: to whoever keeps the registry and the catalog, to other services and nodes, to the relay. */
export function mountRoutes(context: CatalogContext): MountedService[] {
  const { outbox, bell } = context;
  const { standing, store, setAside } = context.runtime;
  return [
    mount(CatalogService, {
      registerCatalogItem: whileLevel(standing, registerCatalogItem(context)),
      publishCatalogItem: whileLevel(standing, publishCatalogItem(context)),
      previewFace: previewFace(context),
      getCatalogItem: getCatalogItem(context),
      listCatalogItems: listCatalogItems(context),
      listCatalogItemVersions: listCatalogItemVersions(context),
    }),
    mount(DraftService, {
      putDraft: whileLevel(standing, putDraft(context)),
      getDraft: getDraft(context),
      listDrafts: listDrafts(context),
      takeDraftStep: whileLevel(standing, takeDraftStep(context)),
      compareDraft: compareDraft(context),
      rebaseDraft: whileLevel(standing, rebaseDraft(context)),
    }),
    mount(RegistryService, {
      putDepartment: whileLevel(standing, putDepartment(context)),
      putSeal: whileLevel(standing, putSeal(context)),
      confirmSeal: whileLevel(standing, confirmSeal(context)),
      unbindSeal: whileLevel(standing, unbindSeal(context)),
      putIssuingOpening: whileLevel(standing, putIssuingOpening(context)),
      putMatter: whileLevel(standing, putMatter(context)),
      listMatters: listMatters(context),
      listDepartments: listDepartments(context),
      listSeals: listSeals(context),
      listIssuingOpenings: listIssuingOpenings(context),
      getDepartment: getDepartment(context),
      getSeal: getSeal(context),
      getIssuingOpening: getIssuingOpening(context),
      getMatter: getMatter(context),
    }),
    mount(MatterService, {
      startMatterImport: whileLevel(standing, startMatterImport(context)),
      putMatterImportPart: whileLevel(standing, putMatterImportPart(context)),
      previewMatterImport: previewMatterImport(context),
      stopMatterImport: stopMatterImport(context),
      getMatterImport: getMatterImport(context),
      listMatterImportRows: listMatterImportRows(context),
      applyMatterImport: whileLevel(standing, applyMatterImport(context)),
      findMatters: findMatters(context),
      listMatterMaterials: listMatterMaterials(context),
      compareMatters: compareMatters(context),
      listMissingMatters: listMissingMatters(context),
    }),
    mount(ListService, {
      prepareListChange: whileLevel(standing, prepareListChange(context)),
      publishListChange: whileLevel(standing, publishListChange(context)),
      discardListChange: whileLevel(standing, discardListChange(context)),
      setUpList: whileLevel(standing, setUpList(context)),
      getListChange: getListChange(context),
      listListChanges: listListChanges(context),
      getEffectiveList: getEffectiveList(context),
      listListEntries: listListEntries(context),
      getStandings: getStandings(context),
      listKeptLists: listKeptLists(context),
    }),
    mount(OpeningService, {
      putDelegation: whileLevel(standing, putDelegation(context)),
      listDelegations: listDelegations(context),
    }),
    mount(TermsService, {
      getIssuingTerms: getIssuingTerms(context),
      getChangeTerms: getChangeTerms(context),
      getUsageTerms: getUsageTerms(context),
      watchTerms: watchTerms(context),
      findDepartment: findDepartment(context),
      getCatalogStanding: getCatalogStanding(context),
      listBodies: listBodies(context),
      listIssuingRights: listIssuingRights(context),
      listNodeKeys: listNodeKeys(context),
    }),
    mount(IssuerService, {
      confirmDepartment: whileLevel(standing, confirmDepartment(context)),
      listUnconfirmedDepartments: listUnconfirmedDepartments(context),
      putIssuingRight: whileLevel(standing, putIssuingRight(context)),
      putNodeKey: whileLevel(standing, putNodeKey(context)),
    }),
    mount(RegistryRecoveryService, {
      listNodeRecords: listNodeRecords(context),
      listNodeDelegations: listNodeDelegations(context),
      listNodeDrafts: listNodeDrafts(context),
      listPublishedVersions: listPublishedVersions(context),
      getKeptRegister: getKeptRegister(context),
      recoverRegistry: recoverRegistry(context),
    }),
    mount(FormerAppsService, {
      listFormerApps: listFormerApps(context),
      dropFormerApps: dropFormerApps(context),
    }),
    mount(HistoryService, historyHandlers([...registryHistory(context), listHistory(context)])),
    mount(InboxService, { applyEvent: applyEvent(context) }),
    mount(OutboxService, outboxHandlers({ collections: outbox, store, bell, setAside })),
  ];
}
