import type { FaceSource } from "../../services/document/face-source.ts";
import type { Json, JsonObject } from "../../services/domain/canonical.ts";

/** Everyday characters from which texts are made. */
const CHARACTERS = [
  ..."安宝博超成创达德东发方飞丰福富高光广国海航和恒宏鸿华辉汇吉佳嘉建江金锦京景凯康科乐力利联良林龙隆美明铭南宁诺鹏平普谦强庆荣瑞润森山尚盛世顺思泰腾天通同万旺威维文祥新鑫星兴旭雅阳一怡益银英永友宇雨元远悦云泽展正志中众卓",
];

/**
 * The data of a licence with an address and a scope of its own, so that no two certificates of a run have the same text: what is
 * remembered from one certificate must not make the next one look cheap.
 */
export function varied(data: JsonObject, turn: number): JsonObject {
  const word = (from: number) =>
    Array.from(
      { length: 4 },
      (_, index) => CHARACTERS[(from * 31 + turn * (7 + index) + index * 13) % CHARACTERS.length],
    ).join("");
  return {
    ...data,
    address: `岭海市天湾区${word(1)}路${turn % 999}号${word(2)}大厦`,
    businessScope: `${word(3)}；${word(4)}；${data.businessScope}`,
  };
}

/** Longest word that a text is given instead of its own. */
const WORD = 6;

/**
 * A message of whatever kind whose free texts are others at each turn, as long as they were. What follows a rule stays: dates,
 * numbers, codes and short words, of which the schema may have a list.
 */
export function variedMessage(message: FaceSource, turn: number): FaceSource {
  let at = 0;
  const change = (value: Json): Json => {
    if (typeof value === "string") {
      if (value.length < WORD || !/^\p{Script=Han}/u.test(value)) return value;
      const from = turn * 17 + 29 * at++;
      const word = Array.from(
        { length: WORD },
        (_, index) => CHARACTERS[(from + index * (1 + (turn % 5))) % CHARACTERS.length],
      );
      return `${word.join("")}${value.slice(WORD)}`;
    }
    if (Array.isArray(value)) return value.map(change);
    if (typeof value !== "object" || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, change(member)]));
  };
  const { metadata } = message;
  const serial = String(turn).padStart(8, "0");
  const identifier = metadata.identifier.replace(/\d{8}(?=\.\d+\.)/, serial);
  return { ...message, metadata: { ...metadata, identifier }, data: change(message.data) as JsonObject };
}
