import { isRareFontThere, RARE_FONT, readFontFile } from "../../services/document/font/font-file.ts";
import type { AgentConfig } from "../config/agent-config.ts";
import type { CheckList } from "./check.ts";

/** Checks the fonts for rare characters: what a core draws with one that is not here, the agent refuses. */
export async function checkFonts(list: CheckList, { fonts }: Pick<AgentConfig, "fonts">): Promise<void> {
  const remedy = `install the same fonts as on the cores, by default ${RARE_FONT.fontFile} (Debian package fonts-hanazono)`;
  await list.attempt("fonts for rare characters", remedy, async () => {
    const names = (fonts ?? (isRareFontThere() ? [RARE_FONT] : [])).map((font) => readFontFile(font).name);
    if (names.length > 0) return { outcome: "ok", detail: names.join(", ") };
    return { outcome: "warn", detail: "none: certificates whose names need one are refused", remedy };
  });
}
