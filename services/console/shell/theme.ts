import type { ThemeConfig } from "antd";

/** Fonts of the system first; none is fetched. */
const FONTS = '"PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", "Source Han Sans SC", system-ui, sans-serif';

/** Little colour, much order: colour says state alone. */
export const THEME: ThemeConfig = {
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
};
