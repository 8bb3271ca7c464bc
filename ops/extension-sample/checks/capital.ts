import type { Check } from "../../../services/extension/checks/contract.ts";

/** A rule of the city's own: registered capital (万元), where an order names any, is more than nothing. */
export const check: Check = ({ data }) => {
  const { capital } = data as { capital?: unknown };
  if (typeof capital !== "number" || capital > 0) return [];
  return [
    {
      pointer: "/capital",
      description: "registered capital must be more than 0",
      remedy: "state it in ten thousand yuan",
      localized: "注册资本应大于0，请以万元为单位填写",
    },
  ];
};
