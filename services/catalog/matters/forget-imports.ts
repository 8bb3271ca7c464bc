import type { CatalogContext } from "../context.ts";
import type { ImportDocument } from "./import-record.ts";

const AT_ONCE = 100;

/** Removes imports whose time is over, each after its pieces, so that none is left behind whatever breaks off. */
export async function forgetImports(context: CatalogContext): Promise<void> {
  const { matters, runtime } = context;
  const query = { index: "expires", to: runtime.now().toISOString(), limit: AT_ONCE };
  for (const found of (await matters.imports.query(query)).items) {
    if (!found.open) await forget(context, found);
  }
}

async function forget({ matters }: CatalogContext, { _id: id, revision }: ImportDocument): Promise<void> {
  for (;;) {
    const page = await matters.pieces.query({ index: "imports", equals: [id], limit: AT_ONCE });
    for (const piece of page.items) await matters.pieces.remove(piece._id, piece.revision);
    if (page.items.length < AT_ONCE) break;
  }
  await matters.imports.remove(id, revision);
}
