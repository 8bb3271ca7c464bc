import { citizenIdCheckCharacter } from "../../services/domain/citizen-id.ts";
import { addDays } from "../../services/domain/civil-date.ts";
import { seededText } from "../../services/domain/seeded.ts";
import { socialCreditCheckCharacter } from "../../services/domain/social-credit-code.ts";

/** The ten digits. */
export const DIGITS = "0123456789";
const SURNAMES = [
  ..."王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘蒋蔡余杜叶程苏魏吕丁任沈姚卢傅钟姜崔谭廖范汪陆金石戴贾韦夏邱方侯邹熊孟秦白江阎薛尹段雷黎史龙陶贺顾毛郝龚邵万钱严覃武",
];
const TWO = ["欧阳", "司徒", "上官", "诸葛", "夏侯", "尉迟"];
/** Where holders live and work. */
export const PLACES = ["岭海市天湾区", "岭海市望潮区渔港街道", "广东省岭海市高新技术产业开发区", "云溪市桃源县青石镇"];
const ROADS = ["望潮大道", "渔港路", "科技南十二路", "中山八路西横街", "桃源路", "港前工业园纵三路"];

/** Draws what a certificate is made of. The same numbers give the same certificate. */
export function createDraw(next: () => number) {
  const below = (limit: number): number => Math.floor(next() * limit);
  const pick = <T>(list: readonly T[]): T => list[below(list.length)] as T;
  const chance = (share: number): boolean => next() < share;
  /** Mostly short, now and then as long as it may get. */
  const length = (least: number, most: number): number =>
    least + Math.floor((most - least) * next() ** (chance(0.2) ? 0.3 : 3));
  const decoder = new TextDecoder("gb2312");
  /** Characters of GB 2312, the rare half of it too. */
  const hanzi = (count: number): string =>
    Array.from({ length: count }, () => decoder.decode(Uint8Array.of(0xb0 + below(39), 0xa1 + below(89)))).join("");
  const many = <T>(count: number, make: () => T): T[] => Array.from({ length: count }, make);
  const person = (): string => {
    if (chance(0.05)) return `${hanzi(2 + below(4))}·${hanzi(2 + below(8))}`;
    if (chance(0.03))
      return `${pick(["Alexander", "María José", "Müller"])} ${pick(["van der Berg", "O'Neill", "Þórsson"])}`;
    return (chance(0.05) ? pick(TWO) : pick(SURNAMES)) + hanzi(1 + below(2));
  };
  const company = (): string =>
    `${pick(["岭海", "广东", "中国", "天湾"])}${hanzi(2 + length(0, 24))}${pick(["有限公司", "股份有限公司", "个人独资企业", "餐饮管理有限责任公司（普通合伙）"])}`;
  const address = (): string =>
    `${pick(PLACES)}${pick(ROADS)}${1 + below(999)}号${hanzi(length(1, 30))}${1 + below(40)}栋${101 + below(4000)}房`;
  const citizen = (birth: string): string => {
    const body = `44${seededText(next, DIGITS, 4)}${birth.replaceAll("-", "")}${seededText(next, DIGITS, 3)}`;
    return body + citizenIdCheckCharacter(body);
  };
  const organisation = (): string => {
    const body = `91440106MA${seededText(next, "0123456789ABCDEFGHJKLMNPQRTUWXY", 7)}`;
    return body + socialCreditCheckCharacter(body);
  };
  const birth = (): string => addDays("1940-01-01", below(24_000));
  return { next, below, pick, chance, length, hanzi, many, person, company, address, citizen, organisation, birth };
}

/** What certificates are drawn with. */
export type Draw = ReturnType<typeof createDraw>;
