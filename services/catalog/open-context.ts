import { AppService } from "../../proto/gen/ecert/identity/v1/app_service_pb.ts";
import { type GuardedCollection, guardedCollection } from "../event/guarded-collection.ts";
import { createOutboxBell, type OutboxCollection } from "../event/outbox.ts";
import type { HasPending } from "../event/pending-events.ts";
import { isProvince } from "../host/place.ts";
import { openRegisterSource } from "../judgement/register-source.ts";
import { openChangeMark } from "../node/marks/change-mark.ts";
import { followMark } from "../node/marks/follow-mark.ts";
import { markedCollection } from "../node/marks/marked-collection.ts";
import type { Runtime } from "../node/runtime.ts";
import { guardedRuntime } from "../registry/guarded-runtime.ts";
import type { Registry } from "../registry/record.ts";
import { comparedWithProvince } from "../registry/recovery/compared.ts";
import { openWatch } from "../registry/recovery/watch.ts";
import type { CollectionSpec, Store, Stored } from "../store/port.ts";
import { openSigners } from "../trust/signers.ts";
import { openFormerRows } from "./apps/former-rows.ts";
import { createKnownApps } from "./apps/known-apps.ts";
import type { CatalogContext } from "./context.ts";
import { openGivenTerms } from "./items/given-terms.ts";
import { createPreviews } from "./items/previews.ts";
import { TERMS_MARK } from "./items/terms-mark.ts";
import { openListSource } from "./lists/list-source.ts";
import {
  checkList,
  checkListChange,
  LIST_CHANGES,
  LISTS,
  type ListChangeDocument,
  type ListDocument,
} from "./lists/stored.ts";
import { openMatterParts } from "./matters/matter-parts.ts";
import { openCarriedOver } from "./openings/carried-over.ts";
import { DELEGATIONS, openDelegations } from "./openings/delegation-record.ts";
import { delegationTerms } from "./openings/delegation-terms.ts";
import { withDelegations } from "./recovery/compare-delegations.ts";
import { compareWithNodes } from "./recovery/compare-nodes.ts";
import { openNodeLists } from "./recovery/node-lists.ts";
import { knownDepartment } from "./registry/departments.ts";
import { recordTerms } from "./registry/record-terms.ts";
import {
  checkItemDocument,
  checkNodeKeysDocument,
  checkOwnerDocument,
  checkRegistryDocument,
  checkRightsDocument,
} from "./stored/document-checks.ts";
import { checkDraftDocument, DRAFTS, type DraftDocument } from "./stored/drafts.ts";
import {
  NODE_KEYS,
  type NodeKeysDocument,
  OWNERS,
  type OwnerDocument,
  RIGHTS,
  type RightsDocument,
} from "./stored/province-records.ts";
import {
  ITEMS,
  type ItemDocument,
  RECORD_KINDS,
  RECORDS,
  type RecordKind,
  type RegistryDocument,
} from "./stored/records.ts";

/** Opens what the service works with. */
export async function openContext(given: Runtime): Promise<CatalogContext> {
  const compare = withDelegations(isProvince(given.config.node) ? compareWithNodes() : comparedWithProvince);
  const watch = openWatch({
    ...{ runtime: given, service: "catalog", subject: { one: "the catalog", many: "catalogs" } },
    compare: (node) => compare(context, node, openNodeLists(context, node, given.signal)),
  });
  const runtime = guardedRuntime(given, watch);
  const { log, now } = runtime;
  const { signers } = runtime.config;
  const { store, setAside } = runtime;

  /** A collection whose unreadable documents are set aside and stop nobody. */
  async function opened<T extends Stored>(spec: CollectionSpec, check: (document: T) => void, marked = false) {
    const stored = await store.collection<T>(spec);
    const collection = marked ? markedCollection(stored, mark) : stored;
    return guardedCollection<T>({ collection, setAside, place: "registry", source: spec.name, check });
  }

  /** One on whose documents terms rest. */
  const decisive = <T extends Stored>(spec: CollectionSpec, check: (document: T) => void) => opened(spec, check, true);

  const monotonic = () => runtime.monotonic();
  const mark = await openChangeMark({ ...runtime, monotonic, spec: TERMS_MARK });
  const identity = runtime.client(AppService, "identity");
  const appsMark = followMark({
    ...{ monotonic, log, signal: runtime.signal, service: "identity" },
    ask: (question, options) => identity.watchApps(question, options),
  });
  const carriedOver = await openCarriedOver(runtime);
  const register = await openRegisterSource(runtime);
  const lists = await decisive<ListDocument>(LISTS, checkList);
  const bell = createOutboxBell();
  const delegations = await openDelegations(runtime, mark);
  const context: CatalogContext = {
    runtime,
    watch,
    terms: recordTerms(() => context),
    items: await decisive<ItemDocument>(ITEMS, checkItemDocument),
    drafts: await opened<DraftDocument>(DRAFTS, checkDraftDocument),
    registry: await openRegistry(decisive),
    owners: await decisive<OwnerDocument>(OWNERS, checkOwnerDocument),
    rights: await opened<RightsDocument>(RIGHTS, checkRightsDocument),
    nodeKeys: await opened<NodeKeysDocument>(NODE_KEYS, checkNodeKeysDocument),
    outbox: await outboxOf(store, [ITEMS, DRAFTS, ...Object.values(RECORDS), LISTS, DELEGATIONS]),
    bell,
    department: (code) => knownDepartment(context, code),
    apps: createKnownApps({ identity, mark: appsMark, monotonic }),
    given: openGivenTerms({ own: mark, apps: appsMark, register, carriedOver, now }),
    former: await openFormerRows(store),
    delegations: {
      ...{ runtime, watch, bell, terms: delegationTerms(() => context) },
      registry: { of: () => delegations },
    },
    carriedOver,
    previews: createPreviews(runtime.config.fonts),
    matters: await openMatterParts(opened),
    lists,
    listChanges: await opened<ListChangeDocument>(LIST_CHANGES, checkListChange),
    listSource: openListSource({ lists, config: runtime.config, monotonic }),
    register,
    signers:
      signers && openSigners(signers, now, (error) => log.warn({ error: String(error) }, "signers cannot be read")),
  };
  return context;
}

/** As they are stored: the outbox reads pending events whatever else is wrong with a document. */
async function outboxOf(store: Store, specs: readonly CollectionSpec[]): Promise<OutboxCollection[]> {
  const outbox: OutboxCollection[] = [];
  for (const spec of specs) outbox.push({ source: spec.name, collection: await store.collection<HasPending>(spec) });
  return outbox;
}

async function openRegistry(
  opened: (spec: CollectionSpec, check: (document: RegistryDocument) => void) => Promise<Records>,
): Promise<Registry<RegistryDocument>> {
  const kinds = new Map<RecordKind, Records>();
  for (const kind of RECORD_KINDS) kinds.set(kind, await opened(RECORDS[kind], checkRegistryDocument(kind)));
  return { of: (kind) => kinds.get(kind) as Records };
}

type Records = GuardedCollection<RegistryDocument>;
