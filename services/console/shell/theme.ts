import type { ThemeConfig } from "antd";

/** Fonts of the system first; none is fetched. */
const FONTS = '"PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", "Source Han Sans SC", system-ui, sans-serif';

/** Little colour, much order: colour says state alone. */
const THEME: ThemeConfig = {
  token: {
    colorPrimary: "#1456a0",
    colorError: "#c8161d",
    colorText: "#1f2329",
    colorTextSecondary: "#4e5969",
    colorTextTertiary: "#4e5969",
    colorTextDescription: "#4e5969",
    colorTextPlaceholder: "#646a73",
    colorBgLayout: "#f5f7fa",
    borderRadius: 6,
    fontSize: 14,
    controlHeight: 36,
    fontFamily: FONTS,
  },
  // Light enough that words of every state are read on it.
  components: { Table: { rowSelectedBg: "#f0f5fa", rowSelectedHoverBg: "#f0f5fa" } },
};

/**
 * How the console looks; nothing moves for whoever has asked their system for less motion. As it stands when the console is opened: to follow it later the kit
 * would mount every page anew, and what stands in a form would be gone.
 */
export const LOOKS: ThemeConfig = matchMedia("(prefers-reduced-motion: reduce)").matches
  ? { ...THEME, token: { ...THEME.token, motion: false } }
  : THEME;
