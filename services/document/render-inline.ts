import { createFaceRenderer, type PreviewOptions } from "./face.ts";
import type { FaceSource } from "./face-source.ts";
import type { FontFile } from "./font/font-file.ts";
import { loadFonts } from "./font/library.ts";
import type { AttachedFiles } from "./layout/compile-template.ts";
import type { OfdOptions } from "./ofd/compile-ofd.ts";
import { parseTemplate } from "./parse-template.ts";
import { roomFaults } from "./room/face-room.ts";
import type { RoomContent } from "./room/room-content.ts";
import type { SealPicture } from "./seal-picture.ts";

/** Draws where it is called, without threads: what a `RenderPool` of none does. */
export function renderInline(fonts: readonly FontFile[] | undefined) {
  const renderer = createFaceRenderer({ fonts });
  return {
    compile: async (templateJson: string, seal: SealPicture) => {
      const face = renderer.compile(templateJson, seal);
      return {
        digest: face.digest,
        preparePdf: async (message: FaceSource, files?: AttachedFiles) => face.preparePdf(message, files),
        preparePreview: async (message: FaceSource, options: PreviewOptions) => face.preparePreview(message, options),
        prepareBoth: async (message: FaceSource, options?: OfdOptions) => ({
          pdf: face.preparePdf(message, options?.files),
          ofd: face.prepareOfd(message, options),
        }),
        prepareOfd: async (message: FaceSource, options?: OfdOptions) => face.prepareOfd(message, options),
      };
    },
    roomFaults: async (templateJson: string, content: RoomContent) =>
      roomFaults(parseTemplate(templateJson), content, loadFonts(fonts)),
  };
}
