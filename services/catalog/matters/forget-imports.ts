import { pagesOf } from "../../store/pages-of.ts";
import type { CatalogContext } from "../context.ts";
import type { ImportDocument } from "./import-record.ts";

/** Removes imports whose time is over, each after its pieces, so that none is left behind whatever breaks off. */
export async function forgetImports(context: CatalogContext): Promise<void> {
  const { matters, runtime } = context;
  for await (const page of pagesOf(matters.imports, { index: "expires", to: runtime.now().toISOString() })) {
    for (const found of page) if (!found.open) await forget(context, found);
  }
}

async function forget({ matters }: CatalogContext, { _id: id, revision }: ImportDocument): Promise<void> {
  for await (const page of pagesOf(matters.pieces, { index: "imports", equals: [id] })) {
    for (const piece of page) await matters.pieces.remove(piece._id, piece.revision);
  }
  await matters.imports.remove(id, revision);
}
