import type { BlobPiece } from "../../../proto/gen/ecert/event/v1/event_pb.ts";
import { fixedOf } from "../../document/pieces/recipe.ts";
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
  // What becomes of the front, its own piece tells.
  if (front !== undefined) await arriving(front)?.catch(() => undefined);
  await blobs.putRecipe(sha256, content);
}
