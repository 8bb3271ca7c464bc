import { setTimeout as pause } from "node:timers/promises";
import { CatalogService } from "../../proto/gen/ecert/catalog/v1/catalog_service_pb.ts";
import { IssuerService } from "../../proto/gen/ecert/catalog/v1/issuer_service_pb.ts";
import { RegistryService } from "../../proto/gen/ecert/catalog/v1/registry_service_pb.ts";
import { TermsService } from "../../proto/gen/ecert/catalog/v1/terms_service_pb.ts";
import { TokenService } from "../../proto/gen/ecert/catalog/v1/token_service_pb.ts";
import { InboxService } from "../../proto/gen/ecert/event/v1/inbox_service_pb.ts";
import { OutboxService } from "../../proto/gen/ecert/event/v1/outbox_service_pb.ts";
import { openRegisterSource } from "../judgement/register-source.ts";
import { guardedCollection } from "../runtime/guarded-collection.ts";
import { createOutboxBell, type HasPending, outboxHandlers } from "../runtime/outbox.ts";
import type { Runtime, ServiceModule } from "../runtime/runtime.ts";
import { mount } from "../runtime/service.ts";
import type { CollectionSpec, Stored } from "../store/port.ts";
import { openSigners } from "../trust/signers.ts";
import { createAttemptLimit } from "./attempt-limit.ts";
import { startCatchUp } from "./catch-up.ts";
import type { CatalogContext } from "./context.ts";
import {
  checkItemDocument,
  checkNodeKeysDocument,
  checkOwnerDocument,
  checkRegistryDocument,
  checkRightsDocument,
} from "./document-checks.ts";
import { startGuessTally } from "./guess-tally.ts";
import { retryRecords } from "./incoming-record.ts";
import { openKeptAnswers } from "./kept-answers.ts";
import { listConfiguredKeys } from "./node-keys.ts";
import { createPreviews } from "./previews.ts";
import {
  NODE_KEYS,
  type NodeKeysDocument,
  OWNERS,
  type OwnerDocument,
  RIGHTS,
  type RightsDocument,
} from "./province-records.ts";
import { ITEMS, type ItemDocument, REGISTRY, type RegistryDocument } from "./records.ts";
import { rewriteEvents } from "./rewrite-events.ts";
import { applyEvent } from "./routes/apply-event.ts";
import { confirmDepartment } from "./routes/confirm-department.ts";
import { getCatalogItem } from "./routes/get-catalog-item.ts";
import { getIssuingTerms } from "./routes/get-issuing-terms.ts";
import { getUsageTerms } from "./routes/get-usage-terms.ts";
import { issueAccessToken } from "./routes/issue-access-token.ts";
import { listCatalogItems } from "./routes/list-catalog-items.ts";
import { listNodeKeys } from "./routes/list-node-keys.ts";
import { listDepartments, listMatters } from "./routes/list-records.ts";
import { listRefusedApps } from "./routes/list-refused-apps.ts";
import { listBodies, listIssuingRights } from "./routes/list-register.ts";
import { listUnconfirmedDepartments } from "./routes/list-unconfirmed-departments.ts";
import { previewFace } from "./routes/preview-face.ts";
import { publishCatalogItem } from "./routes/publish-catalog-item.ts";
import { putApp } from "./routes/put-app.ts";
import { putDepartment } from "./routes/put-department.ts";
import { putIssuingOpening } from "./routes/put-issuing-opening.ts";
import { putIssuingRight } from "./routes/put-issuing-right.ts";
import { putMatter } from "./routes/put-matter.ts";
import { putNodeKey } from "./routes/put-node-key.ts";
import { putSeal } from "./routes/put-seal.ts";
import { registerCatalogItem } from "./routes/register-catalog-item.ts";
import { revokeTokens } from "./routes/revoke-tokens.ts";
import { unbindSeal } from "./routes/unbind-seal.ts";
import { createSecretCheck } from "./secret-check.ts";
import { signPublished } from "./sign-published.ts";
import { retryTakeOver } from "./take-over.ts";
import { appTerms } from "./terms.ts";

/** The catalog service: kinds of certificate, departments, apps, seals, matters, and what each may do (4.3, 6.2). */
export const catalogService: ServiceModule = {
  name: "catalog",
  async start(runtime) {
    const context = await openContext(runtime);
    await listConfiguredKeys(context);
    await signPublished(context);
    await rewriteEvents(context);
    retryTakeOver(context);
    retryRecords(context);
    await tellUnconfirmed(context);
    const caughtUp = startCatchUp(context);
    return {
      services: [
        mount(CatalogService, {
          registerCatalogItem: registerCatalogItem(context),
          publishCatalogItem: publishCatalogItem(context),
          previewFace: previewFace(context),
          getCatalogItem: getCatalogItem(context),
          listCatalogItems: listCatalogItems(context),
        }),
        mount(RegistryService, {
          putDepartment: putDepartment(context),
          putApp: putApp(context),
          revokeTokens: revokeTokens(context),
          putSeal: putSeal(context),
          unbindSeal: unbindSeal(context),
          putIssuingOpening: putIssuingOpening(context),
          putMatter: putMatter(context),
          listMatters: listMatters(context),
          listDepartments: listDepartments(context),
        }),
        mount(TokenService, {
          issueAccessToken: issueAccessToken(context),
          listRefusedApps: listRefusedApps(context),
        }),
        mount(TermsService, {
          getIssuingTerms: getIssuingTerms(context),
          getUsageTerms: getUsageTerms(context),
          getAppTerms: async ({ appKey }) => appTerms(context, appKey),
          listBodies: listBodies(context),
          listIssuingRights: listIssuingRights(context),
          listNodeKeys: listNodeKeys(context),
        }),
        mount(IssuerService, {
          confirmDepartment: confirmDepartment(context),
          listUnconfirmedDepartments: listUnconfirmedDepartments(context),
          putIssuingRight: putIssuingRight(context),
          putNodeKey: putNodeKey(context),
        }),
        mount(InboxService, { applyEvent: applyEvent(context) }),
        mount(
          OutboxService,
          outboxHandlers({
            collections: [
              // As they are stored: the outbox reads pending events whatever else is wrong with a document.
              { source: ITEMS.name, collection: await runtime.store.collection<HasPending>(ITEMS) },
              { source: REGISTRY.name, collection: await runtime.store.collection<HasPending>(REGISTRY) },
            ],
            blobs: runtime.store.blobs,
            bell: context.bell,
            setAside: runtime.setAside,
          }),
        ),
      ],
      ready: () => runtime.store.check(),
      async stop() {
        await context.guesses.close();
        await context.answers.close();
        await context.previews.close();
        await caughtUp;
      },
    };
  },
};

/** A province whose departments nobody has confirmed publishes a register by which nothing counts that they sign. */
async function tellUnconfirmed({ runtime, registry, owners }: CatalogContext): Promise<void> {
  if (runtime.config.node.role !== "province") return;
  const departments = await registry.count("records", ["department"]);
  const confirmed = await owners.count("bodies");
  if (departments <= confirmed) return;
  runtime.log.warn(
    { departments, confirmed },
    "departments wait to be confirmed: ListUnconfirmedDepartments lists them",
  );
}

async function openContext(runtime: Runtime): Promise<CatalogContext> {
  const { log, now } = runtime;
  const { signers } = runtime.config;
  const { store, setAside } = runtime;

  /** A collection whose unreadable documents are set aside and stop nobody. */
  async function opened<T extends Stored>(spec: CollectionSpec, check: (document: T) => void) {
    const collection = await store.collection<T>(spec);
    return guardedCollection<T>({ collection, setAside, place: "registry", source: spec.name, check });
  }

  return {
    runtime,
    items: await opened<ItemDocument>(ITEMS, checkItemDocument),
    registry: await opened<RegistryDocument>(REGISTRY, checkRegistryDocument),
    owners: await opened<OwnerDocument>(OWNERS, checkOwnerDocument),
    rights: await opened<RightsDocument>(RIGHTS, checkRightsDocument),
    nodeKeys: await opened<NodeKeysDocument>(NODE_KEYS, checkNodeKeysDocument),
    bell: createOutboxBell(),
    answers: await openKeptAnswers(runtime),
    attempts: createAttemptLimit(runtime.now, pause),
    secrets: createSecretCheck(runtime, pause),
    guesses: startGuessTally(runtime),
    previews: createPreviews(runtime.config.fonts),
    register: await openRegisterSource(runtime),
    signers:
      signers && openSigners(signers, now, (error) => log.warn({ error: String(error) }, "signers cannot be read")),
  };
}
