const DIGITS = "零壹贰叁肆伍陆柒捌玖";
const PLACES = ["", "拾", "佰", "仟"];
const GROUPS = ["", "万", "亿"];

/** An amount in figures: `1,234,567.80`. `fen` are hundredths of a yuan. */
export function yuanFigures(fen: bigint): string {
  const sign = fen < 0n ? "-" : "";
  const text = (fen < 0n ? -fen : fen).toString().padStart(3, "0");
  return `${sign}${text.slice(0, -2).replace(/\B(?=(\d{3})+$)/g, ",")}.${text.slice(-2)}`;
}

/** The same in capitals, as it stands on licences: 壹佰贰拾叁万肆仟伍佰陆拾柒元捌角整. Up to 9,999 亿 yuan; beyond it throws `RangeError`. */
export function yuanCapitals(fen: bigint): string {
  if (fen < 0n) return `负${yuanCapitals(-fen)}`;
  const [yuan, jiao, rest] = [fen / 100n, Number((fen / 10n) % 10n), Number(fen % 10n)];
  const whole = wholeCapitals(yuan.toString());
  const parts = [whole === "" ? "" : `${whole}元`];
  if (jiao > 0) parts.push(`${DIGITS[jiao]}角`);
  else if (rest > 0 && whole !== "") parts.push("零");
  if (rest > 0) parts.push(`${DIGITS[rest]}分`);
  else parts.push("整");
  const text = parts.join("");
  return text === "整" ? "零元整" : text;
}

function wholeCapitals(digits: string): string {
  if (digits.length > 4 * GROUPS.length)
    throw new RangeError(`${digits} yuan are more than can be written in capitals`);
  let written = "";
  let zero = false;
  for (let group = Math.ceil(digits.length / 4) - 1; group >= 0; group--) {
    const four = digits.slice(Math.max(0, digits.length - 4 * (group + 1)), digits.length - 4 * group).padStart(4, "0");
    let part = "";
    for (const [index, digit] of [...four].entries()) {
      if (digit === "0") {
        zero = true;
        continue;
      }
      if (zero && (written !== "" || part !== "")) part += "零";
      zero = false;
      part += `${DIGITS[Number(digit)]}${PLACES[3 - index]}`;
    }
    if (part !== "") written += part + GROUPS[group];
  }
  return written;
}

/** What amounts may be written in capitals: beyond it (9,999 亿) figures alone are shown. */
const MOST_YUAN = 1e12;

/**
 * An amount as people check it, in figures and in capitals: `5,000,000.00 元 · 伍佰万元整`. `undefined` where a data item of this title is no amount, which is one
 * whose title ends with its unit, （元）, where it is too large, and where it has parts of a fen: what is shown says never other than what is held.
 */
export function amountText(title: string, value: unknown): string | undefined {
  if (typeof value !== "number" || !/[（(]元[）)]$/.test(title) || !(Math.abs(value) < MOST_YUAN)) return undefined;
  const written = value.toFixed(2);
  if (Number(written) !== value) return undefined;
  const fen = BigInt(written.replace(".", ""));
  return `${yuanFigures(fen)} 元 · ${yuanCapitals(fen)}`;
}
