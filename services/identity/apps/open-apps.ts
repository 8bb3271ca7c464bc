import { TermsService } from "../../../proto/gen/ecert/catalog/v1/terms_service_pb.ts";
import { pause } from "../../base/pause.ts";
import { createAttemptLimit } from "../../call/chain/attempt-limit.ts";
import { guardedCollection } from "../../event/guarded-collection.ts";
import { createOutboxBell } from "../../event/outbox.ts";
import { openChangeMark } from "../../node/marks/change-mark.ts";
import { markedCollection } from "../../node/marks/marked-collection.ts";
import { startRefusalTally } from "../../node/refusal-tally.ts";
import type { Runtime } from "../../node/runtime.ts";
import { guardedRuntime } from "../../registry/guarded-runtime.ts";
import { openWatch } from "../../registry/recovery/watch.ts";
import type { CollectionSpec, Stored } from "../../store/port.ts";
import { SUBJECT } from "./account-watch.ts";
import { APPS, APPS_MARK, type AppDocument, checkAppDocument } from "./app-record.ts";
import type { AppRoom } from "./app-room.ts";
import { appTerms } from "./app-terms.ts";
import { departmentsOf } from "./departments.ts";
import { openKeptAnswers } from "./kept-answers.ts";
import { compareApps } from "./node-apps.ts";
import { checkRefusedTokens, REFUSED_TOKENS, type RefusedTokensDocument } from "./refused-tokens-record.ts";
import { createSecretCheck } from "./secret-check.ts";
import { createSecretEnds } from "./secret-ends.ts";
import { createSecretUses } from "./secret-use.ts";

/** Opens what accounts of apps are kept and judged with. */
export async function openApps(given: Runtime): Promise<AppRoom> {
  const watch = openWatch({
    ...{ runtime: given, service: "identity", subject: SUBJECT },
    compare: (node) => compareApps(room, node),
  });
  const runtime = guardedRuntime(given, watch);
  const { store, setAside, config } = runtime;
  const mark = await openChangeMark({ ...runtime, monotonic: () => runtime.monotonic(), spec: APPS_MARK });

  /** A collection whose unreadable documents are set aside and stop nobody. */
  async function opened<T extends Stored>(spec: CollectionSpec, check: (document: T) => void, marked = false) {
    const stored = await store.collection<T>(spec);
    const collection = marked ? markedCollection(stored, mark) : stored;
    return guardedCollection<T>({ collection, setAside, place: "registry", source: spec.name, check });
  }

  const departments = departmentsOf(config.node, runtime.client(TermsService, "catalog"));
  const apps = await opened<AppDocument>(APPS, checkAppDocument, true);
  const room: AppRoom = {
    runtime,
    watch,
    departments,
    department: departments.find,
    terms: appTerms(() => room),
    apps,
    registry: { of: () => apps },
    bell: createOutboxBell(),
    mark,
    answers: await openKeptAnswers(runtime),
    attempts: createAttemptLimit(runtime.monotonic, pause),
    secrets: createSecretCheck(runtime, pause),
    guesses: startRefusalTally(runtime, { kind: "token-refused", member: "app" }),
    refusedTokens: await opened<RefusedTokensDocument>(REFUSED_TOKENS, checkRefusedTokens),
    uses: createSecretUses(() => room),
    ends: createSecretEnds(() => room),
  };
  return room;
}
