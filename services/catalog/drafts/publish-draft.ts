import { pause } from "../../base/pause.ts";
import { digestOf } from "../../domain/canonical.ts";
import { isProvince } from "../../host/place.ts";
import { rightTime } from "../../host/right-time.ts";
import { untilStored } from "../../store/compare-and-set.ts";
import { insertNew } from "../../store/insert-new.ts";
import type { CatalogContext } from "../context.ts";
import { changed } from "../issuers/owners.ts";
import { newestVersion } from "../items/item.ts";
import { signedForPublication } from "../items/sign-published.ts";
import type { DraftDocument } from "../stored/drafts.ts";
import type { ItemDocument } from "../stored/records.ts";
import { withDecision } from "./keep-draft.ts";

/** How often drafts whose publication was not seen to its end are looked for. */
const LOOK_EVERY_MS = 10_000;
const PAGE = 50;

/**
 * 4.3.4: makes a draft whose publication was decided a version of its item, signed by the province, and tells its node. It may be done again and
 * again, by several processes: a draft becomes one version. Resolves to the draft as it is then.
 */
export async function publishDraft(context: CatalogContext, draft: DraftDocument): Promise<DraftDocument> {
  const { version } = await versionOf(context, draft);
  const { runtime, bell } = context;
  const stored = await changed(context, context.drafts, draft._id, async (old = draft): Promise<DraftDocument> => {
    if (old.unfinished === undefined) return old;
    const { unfinished: _, pending: _pending, pendingSince: _since, ...rest } = old;
    const done = { ...rest, version };
    const isOwn = old.node === runtime.config.node.code;
    return isOwn ? done : withDecision(context, done, runtime.now().toISOString());
  });
  bell.ring();
  return stored;
}

/** Sees to their end, until `ended`, publications that a process left which was killed, or whose store was away. */
export async function finishPublications(context: CatalogContext, ended: AbortSignal): Promise<void> {
  const { runtime } = context;
  if (!isProvince(runtime.config.node)) return;
  const waits = (error: unknown) => runtime.log.warn({ cause: String(error) }, "a draft that is to be published waits");
  while (!ended.aborted) {
    await finishAll(context, waits).catch(waits);
    await pause(LOOK_EVERY_MS, ended, { ref: false });
  }
}

/** One that cannot be published now keeps no other from it. */
async function finishAll(context: CatalogContext, waits: (error: unknown) => void): Promise<void> {
  let after: string | undefined;
  do {
    const page = await context.drafts.query({
      index: "unfinished",
      limit: PAGE,
      ...(after !== undefined && { after }),
    });
    for (const draft of page.items) await publishDraft(context, draft).catch(waits);
    after = page.next;
  } while (after !== undefined);
}

/** The version that a draft became, or becomes now. */
function versionOf(context: CatalogContext, { draft, code, content }: DraftDocument): Promise<ItemDocument> {
  const { items, runtime } = context;
  return untilStored(async () => {
    const there = await items.first({ index: "drafts", equals: [draft] });
    if (there) return there;
    const version = ((await newestVersion(items, code))?.version ?? 0) + 1;
    const publishedAt = rightTime(runtime).toISOString();
    const document = signedForPublication(context, {
      ...{ _id: `${code}/${version}`, revision: 1, code, version, draft, content, digest: digestOf(content) },
      ...{ registeredAt: publishedAt, publishedAt, publishedVersion: version },
    });
    await runtime.evidence.append("catalog-item-published", { code, version, draft });
    return (await insertNew(items, document)) ? document : undefined;
  });
}
