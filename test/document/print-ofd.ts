import { createFaceRenderer } from "../../services/document/face.ts";
import { exampleMessage, seedItems } from "./seed.ts";

/*
 * Writes the digest of each seed item's example face: run in a process of its own by the determinism test.
 */
const renderer = createFaceRenderer();
const digests = [...seedItems()].map(([name, item]) => {
  const face = renderer.compile(JSON.stringify(item.template), item.sealPicture);
  return [name, face.prepareOfd(exampleMessage(item)).digest];
});
process.stdout.write(JSON.stringify(Object.fromEntries(digests)));
