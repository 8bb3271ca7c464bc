import type { FaceSource } from "../../services/document/face-source.ts";
import type { AttachedFiles } from "../../services/document/layout/compile-template.ts";
import { type JsonObject, sha256Hex } from "../../services/domain/canonical.ts";
import { certificateIdentifier } from "../../services/domain/certificate-identifier.ts";
import { certificateSerial } from "../../services/domain/certificate-serial.ts";
import { addDays, addYears, formatShanghaiTime, shanghaiDay } from "../../services/domain/civil-date.ts";
import type { Holder } from "../../services/domain/message.ts";
import { seededText } from "../../services/domain/seeded.ts";
import { makePng, pngUri } from "../document/png.ts";
import { exampleMessage, type SeedItem } from "../document/seed.ts";
import { DIGITS, type Draw, PLACES } from "./draw.ts";

const SCOPES = [
  "软件开发",
  "信息系统集成服务",
  "数据处理和存储支持服务",
  "技术服务、技术开发、技术咨询、技术交流、技术转让、技术推广",
  "计算机软硬件及辅助设备零售",
  "第二类增值电信业务",
  "食品销售（仅销售预包装食品）",
  "货物进出口",
  "物联网设备制造",
  "新能源汽车电附件销售",
  "非居住房地产租赁",
  "普通货物仓储服务（不含危险化学品等需许可审批的项目）",
  "园区管理服务",
  "会议及展览服务",
  "企业管理咨询（含ISO9001、GB/T 24001等体系）",
  "城市配送运输服务（不含危险货物）",
  "日用百货销售",
  "农副产品初加工",
];
const DISHES = [
  "热食类食品制售",
  "冷食类食品制售（含凉菜）",
  "生食类食品制售",
  "糕点类食品制售（含裱花蛋糕）",
  "自制饮品制售",
  "预包装食品销售（含冷藏冷冻食品）",
  "散装食品销售（不含散装熟食）",
  "特殊食品销售（保健食品）",
  "特殊食品销售（婴幼儿配方乳粉）",
];

type Drawn = { holders: Holder[]; data: JsonObject; number: string; photo?: Buffer };

const holderOf = (draw: Draw, birth = draw.birth()): Holder => ({
  name: draw.person(),
  code: draw.citizen(birth),
  codeType: "111",
});

/** A photo to be attached: with or without transparency, with a pattern that does not pack to nothing. */
function photo(draw: Draw): Buffer {
  const [type, interlace, salt] = [draw.pick([2, 6]), draw.pick([0, 1]), draw.below(251)];
  const pixel = (x: number, y: number) => [x * salt, y * 7, x * y, 255 - (x % 3)].map((sample) => sample & 255);
  return makePng(40 + draw.below(80), 60 + draw.below(80), {
    type,
    interlace,
    pixel: (x, y) => pixel(x, y).slice(0, type === 2 ? 3 : 4),
  });
}

/** What each kind of certificate of the seed says, by name of its file. */
const KINDS: Record<string, (draw: Draw, day: string) => Drawn> = {
  "business-licence": (draw, day) => {
    const [name, code] = [draw.company(), draw.organisation()];
    const scope = draw.many(draw.length(1, 40), () => draw.pick(SCOPES)).join("；");
    return {
      holders: [{ name, code, codeType: "001" }],
      number: seededText(draw.next, DIGITS, 16),
      data: {
        name,
        unifiedSocialCreditCode: code,
        enterpriseType: draw.pick([
          "有限责任公司（自然人投资或控股）",
          "个体工商户",
          "股份有限公司（上市、外商投资企业投资）",
        ]),
        legalRepresentative: draw.person(),
        registeredCapital: draw.pick([
          "人民币伍佰万元整",
          "壹亿贰仟叁佰肆拾伍万陆仟柒佰捌拾玖元整人民币",
          "USD 3,000,000.00",
        ]),
        establishedOn: addDays(day, -draw.below(9000)),
        address: draw.address(),
        businessScope: `一般项目：${scope}。${draw.hanzi(draw.length(1, 80))}。`,
        ...(draw.chance(0.5) ? { copy: "正本" } : { copy: "副本", copyNumber: 1 + draw.below(99) }),
      },
    };
  },
  "food-business-permit": (draw) => {
    const [name, code] = [draw.company(), draw.organisation()];
    return {
      holders: [{ name, code, codeType: "001" }],
      number: `JY2${seededText(draw.next, DIGITS, 13)}`,
      data: {
        operatorName: name,
        operatorCode: code,
        legalRepresentative: draw.person(),
        address: draw.address(),
        premises: draw.address(),
        businessForm: draw.pick(["食品销售经营者", "餐饮服务经营者", "集中用餐单位食堂"]),
        businessItems: [...new Set(draw.many(draw.length(1, 20), () => draw.pick(DISHES)))],
        supervisor: `${draw.pick(PLACES)}市场监督管理局${draw.hanzi(2)}所`,
        supervisingOfficers: draw.many(1 + draw.below(5), draw.person),
        complaintPhone: "12315",
        signedBy: draw.person(),
      },
    };
  },
  "real-estate-certificate": (draw) => ({
    holders: draw.many(draw.chance(0.3) ? 1 : 1 + draw.below(10), () => holderOf(draw)),
    number: `粤（2026）岭海市不动产权第${seededText(draw.next, DIGITS, 7)}号`,
    data: {
      coOwnership: draw.pick(["单独所有", "共同共有", "按份共有"]),
      location: draw.address(),
      unitNumber: `440106${seededText(draw.next, DIGITS, 6)}GB${seededText(draw.next, DIGITS, 5)}F${seededText(draw.next, DIGITS, 8)}`,
      rightType: "国有建设用地使用权/房屋所有权",
      rightNature: draw.pick(["出让/市场化商品房", "划拨/经济适用住房"]),
      purpose: draw.pick(["城镇住宅用地/住宅", "商务金融用地/办公", "工业用地/厂房"]),
      area: `共有宗地面积${draw.below(99_999)}.50㎡/房屋建筑面积${draw.below(999)}.76㎡`,
      usePeriod: "国有建设用地使用权 2019年06月18日起 至 2089年06月17日止",
      otherStatus: `房屋结构：钢筋混凝土结构；${draw.hanzi(draw.length(1, 240))}。`,
      ...(draw.chance(0.5) && { notes: draw.hanzi(draw.length(1, 100)) }),
    },
  }),
  "marriage-certificate": (draw, day) => {
    const born = [draw.birth(), draw.birth()] as const;
    const party = (gender: string, birthDate: string) => ({
      gender,
      nationality: draw.pick(["中国", "马来西亚", "哈萨克斯坦"]),
      birthDate,
    });
    return {
      holders: born.map((birth) => holderOf(draw, birth)),
      number: `J440106-2026-${seededText(draw.next, DIGITS, 6)}`,
      data: {
        partyA: party("男", born[0]),
        partyB: party("女", born[1]),
        registeredOn: day,
        registrar: draw.person(),
        ...(draw.chance(0.4) && { remark: draw.hanzi(draw.length(1, 90)) }),
      },
    };
  },
  "residence-permit": (draw) => {
    const birthDate = draw.birth();
    const holder = holderOf(draw, birthDate);
    return {
      holders: [holder],
      number: seededText(draw.next, DIGITS, 18),
      data: {
        name: holder.name,
        gender: draw.pick(["男", "女"]),
        ethnicGroup: draw.pick(["汉族", "土家族", "维吾尔族", "布依族"]),
        birthDate,
        citizenId: holder.code,
        registeredAddress: draw.address(),
        residence: draw.address(),
        ...(draw.chance(0.25) && { photo: pngUri(18 + draw.below(60), 24 + draw.below(80)) }),
      },
      ...(draw.chance(0.5) && { photo: photo(draw) }),
    };
  },
};

/** A certificate before it is drawn, and the content of what is attached to it. */
export interface RandomCertificate {
  source: FaceSource;
  files: AttachedFiles;
}

/** A certificate with random data of the kind `name`, prepared at `time`. `serial` is the business serial that its identifier follows from. */
export function randomCertificate(
  draw: Draw,
  name: string,
  item: SeedItem,
  serial: string,
  time: Date,
): RandomCertificate {
  const make = KINDS[name];
  if (make === undefined) throw new Error(`the proof does not know how to draw a ${name}`);
  const day = shanghaiDay(time);
  const { holders, data, number, photo } = make(draw, day);
  const files = new Map(photo === undefined ? [] : [[sha256Hex(photo), photo]]);
  const attached = [...files].map(([sha256, { length }]) => ({
    name: "照片",
    mediaType: "image/png",
    size: length,
    sha256,
  }));
  const { schema, metadata } = exampleMessage(item);
  const { validFrom, validTo, ...rest } = metadata;
  const { node, app, issuer } = metadata;
  const identifier = certificateIdentifier({
    typeCode: item.typeCode,
    issuer: issuer.code,
    serial: certificateSerial({ node, issueDate: day, app, businessSerial: serial }),
    version: 1,
  });
  const source: FaceSource = {
    schema,
    metadata: {
      ...rest,
      identifier,
      number,
      holders,
      issueDate: day,
      ...(validFrom !== undefined && { validFrom: day }),
      ...(validTo !== undefined && { validTo: addYears(day, 1 + draw.below(5)) }),
      preparedAt: formatShanghaiTime(time),
      businessSerial: serial,
    },
    data,
    attachments: attached,
  };
  return { source, files };
}
