import type { BlobPiece } from "../../../proto/gen/ecert/event/v1/event_pb.ts";
import { fixedOf } from "../../document/pieces/recipe.ts";
import { joinFile } from "../../document/pieces/split-file.ts";
import { sha256Hex } from "../../domain/canonical.ts";
import { Refusal } from "../../domain/refusal.ts";
import type { Blobs } from "../../store/port.ts";

/**
 * Keeps a file that came as its recipe. `arriving`: a blob that is being stored; a shared front comes before the recipes that name it. Where the front is
 * missing nothing is kept: the file comes whole when its event is sent again. Throws `INVALID_FIELD` where the recipe does not give the file that it came under.
 */
export async function takeRecipe(
  blobs: Blobs,
  { sha256, content }: BlobPiece,
  arriving: (front: string) => Promise<unknown> | undefined,
): Promise<void> {
  const front = fixedOf(content);
  if (front === undefined) throw wrong(sha256, "no recipe of a version that is known here");
  // What becomes of the front, its own piece tells.
  await arriving(front)?.catch(() => undefined);
  const fixed = await blobs.get(front);
  if (fixed === undefined) return;
  let file: Uint8Array;
  try {
    file = joinFile(content, fixed);
  } catch (error) {
    throw wrong(sha256, (error as Error).message);
  }
  if (sha256Hex(file) !== sha256) throw wrong(sha256, "it gives another file");
  await blobs.put(file);
}

function wrong(sha256: string, cause: string): Refusal {
  return new Refusal("INVALID_FIELD", `the recipe of blob ${sha256}: ${cause}`);
}
