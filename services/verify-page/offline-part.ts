import { instantOf } from "../domain/instant.ts";
import { element } from "../public-page/element.ts";
import type { Both, Say } from "../public-page/language.ts";
import { timeText } from "../public-page/time-text.ts";
import { freshTrust, type KeptTrust, keptTrust } from "./kept-trust.ts";
import { TEXTS } from "./page-texts.ts";
import { fingerprintOf, readTrusted } from "./trusted.ts";

/** Older than this, what is kept does not say any more that a certificate is in force (`MAX_STATE_AGE_SECONDS` of `services/statement`). */
const MAX_AGE_MS = 7 * 86_400_000;

/** What is kept for times without a network, of when, and by whose key; absent where the node names no province. */
export function drawOfflinePart(say: Say): HTMLElement | undefined {
  const { province } = readTrusted();
  if (!province) return undefined;
  const state = element("p", { role: "status" });
  const print = element("dd", {});
  fingerprintOf(province).then((text) => print.replaceChildren(text));
  const show = (trust: KeptTrust | undefined, before = "") => {
    state.textContent = before + say(keptText(trust, Date.now()));
  };
  // What is there is told at once; what is newer, when it has come.
  keptTrust(province)
    .then((trust) => show(trust))
    .then(() => freshTrust(province))
    .then(({ trust }) => show(trust));
  const refresh = async () => {
    state.textContent = say(TEXTS.refreshing);
    const { trust, asked } = await freshTrust(province, { evenIfFresh: true });
    show(trust, asked ? "" : say(TEXTS.notRefreshed));
  };
  return element(
    "section",
    { class: "panel", "aria-labelledby": "offline-title" },
    element("h2", { id: "offline-title" }, say(TEXTS.offlineTitle)),
    state,
    element("button", { type: "button", onclick: refresh }, say(TEXTS.refresh)),
    element(
      "details",
      {},
      element("summary", {}, say(TEXTS.keyFrom)),
      element("p", {}, say(TEXTS.keyHow)),
      element(
        "dl",
        {},
        element("dt", {}, say(TEXTS.provinceNode)),
        element("dd", {}, province.node),
        element("dt", {}, say(TEXTS.fingerprint)),
        print,
      ),
    ),
  );
}

/** What is kept, its age, and what it is still good for. */
export function keptText(trust: Pick<KeptTrust, "listedAt" | "builtAt"> | undefined, now: number): Both {
  if (!trust)
    return [
      "本机还没有保存离线资料。联网打开本页时会自动保存，以后断网也能核验二维码。",
      "Nothing is kept yet. It is fetched when this page is opened with a network; from then on codes are judged without one.",
    ];
  const [listed, built] = [timeText(trust.listedAt), timeText(trust.builtAt ?? "")];
  if (!trust.builtAt)
    return [
      `已保存密钥清单（截至 ${listed}），没有状态包：断网时能核对签名，不能确定证照现在是否有效。`,
      `Kept: the list of keys of ${listed}, and no status bundle. Without a network signatures are checked, but not whether a certificate is in force.`,
    ];
  const oldest = Math.min(instantOf(trust.builtAt), instantOf(trust.listedAt));
  if (now - oldest > MAX_AGE_MS)
    return [
      `离线资料过旧（状态包截至 ${built}，密钥清单截至 ${listed}）：断网核验只能得到“暂不能确定”，请联网更新。`,
      `What is kept is too old (status bundle of ${built}, list of keys of ${listed}): without a network nothing more than “cannot be told” comes out. Update it.`,
    ];
  const until = timeText(new Date(oldest + MAX_AGE_MS).toISOString());
  return [
    `已保存离线资料：状态包截至 ${built}，密钥清单截至 ${listed}，${until} 前可用于断网核验。`,
    `Kept: status bundle of ${built}, list of keys of ${listed}; good without a network until ${until}.`,
  ];
}
