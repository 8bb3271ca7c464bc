import { pause } from "../base/pause.ts";
import { createAttemptLimit } from "../call/chain/attempt-limit.ts";
import { guardedCollection } from "../event/guarded-collection.ts";
import { createOutboxBell } from "../event/outbox.ts";
import type { HasPending } from "../event/pending-events.ts";
import { openRegisterSource } from "../judgement/register-source.ts";
import { startGuessTally } from "../node/guess-tally.ts";
import type { Runtime } from "../node/runtime.ts";
import type { NodeStanding } from "../node/standing.ts";
import type { CollectionSpec, Stored } from "../store/port.ts";
import { openSigners } from "../trust/signers.ts";
import { openKeptAnswers } from "./apps/kept-answers.ts";
import { createSecretCheck } from "./apps/secret-check.ts";
import { createSecretEnds } from "./apps/secret-ends.ts";
import { createSecretUses } from "./apps/secret-use.ts";
import type { CatalogContext } from "./context.ts";
import { createPreviews } from "./items/previews.ts";
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
import type { CatalogWatch } from "./recovery/catalog-watch.ts";
import { openWatch } from "./recovery/watch.ts";
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
import { ITEMS, type ItemDocument, REGISTRY, type RegistryDocument } from "./stored/records.ts";
import { checkRefusedTokens, REFUSED_TOKENS, type RefusedTokensDocument } from "./stored/refused-tokens.ts";

/** Opens what the service works with. */
export async function openContext(given: Runtime): Promise<CatalogContext> {
  const watch = openWatch(() => context, given.config);
  const runtime = guardedBy(given, watch);
  const { log, now } = runtime;
  const { signers } = runtime.config;
  const { store, setAside } = runtime;

  /** A collection whose unreadable documents are set aside and stop nobody. */
  async function opened<T extends Stored>(spec: CollectionSpec, check: (document: T) => void) {
    const collection = await store.collection<T>(spec);
    return guardedCollection<T>({ collection, setAside, place: "registry", source: spec.name, check });
  }

  const lists = await opened<ListDocument>(LISTS, checkList);
  const context: CatalogContext = {
    runtime,
    watch,
    items: await opened<ItemDocument>(ITEMS, checkItemDocument),
    drafts: await opened<DraftDocument>(DRAFTS, checkDraftDocument),
    registry: await opened<RegistryDocument>(REGISTRY, checkRegistryDocument),
    owners: await opened<OwnerDocument>(OWNERS, checkOwnerDocument),
    rights: await opened<RightsDocument>(RIGHTS, checkRightsDocument),
    nodeKeys: await opened<NodeKeysDocument>(NODE_KEYS, checkNodeKeysDocument),
    outbox: [
      // As they are stored: the outbox reads pending events whatever else is wrong with a document.
      { source: ITEMS.name, collection: await store.collection<HasPending>(ITEMS) },
      { source: DRAFTS.name, collection: await store.collection<HasPending>(DRAFTS) },
      { source: REGISTRY.name, collection: await store.collection<HasPending>(REGISTRY) },
      { source: LISTS.name, collection: await store.collection<HasPending>(LISTS) },
    ],
    bell: createOutboxBell(),
    answers: await openKeptAnswers(runtime),
    attempts: createAttemptLimit(runtime.monotonic, pause),
    secrets: createSecretCheck(runtime, pause),
    guesses: startGuessTally(runtime, { kind: "token-refused", member: "app" }),
    refusedTokens: await opened<RefusedTokensDocument>(REFUSED_TOKENS, checkRefusedTokens),
    uses: createSecretUses(() => context),
    ends: createSecretEnds(() => context),
    previews: createPreviews(runtime.config.fonts),
    matters: await openMatterParts(opened),
    lists,
    listChanges: await opened<ListChangeDocument>(LIST_CHANGES, checkListChange),
    listSource: openListSource({ lists, config: runtime.config, monotonic: () => runtime.monotonic() }),
    register: await openRegisterSource(runtime),
    signers:
      signers && openSigners(signers, now, (error) => log.warn({ error: String(error) }, "signers cannot be read")),
  };
  return context;
}

/** A runtime by which the catalog gives out nothing new while it is an older copy, whatever the node's links tell. */
function guardedBy(runtime: Runtime, watch: CatalogWatch): Runtime {
  const { standing } = runtime;
  const guarded: NodeStanding = Object.create(standing, {
    require: {
      value: async () => {
        await standing.require();
        await watch.require();
      },
    },
  });
  return { ...runtime, standing: guarded };
}
