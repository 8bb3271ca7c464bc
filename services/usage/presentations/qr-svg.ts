import { coordsOf } from "../../document/path.ts";
import { qrPath } from "../../document/shape/qr.ts";

/** Units of the picture's side; an SVG has no size of its own but where it is shown. */
const SIDE = 100;

/** A QR code as an SVG picture, with the margin that readers need. */
export function qrSvg(text: string): string {
  const { ops, coords } = qrPath(text, 0, 0, SIDE);
  let at = 0;
  const data = [...ops].map((op) => {
    const numbers = coords.slice(at, at + coordsOf(op));
    at += numbers.length;
    return `${op}${numbers.map((number) => Number(number.toFixed(3))).join(" ")}`;
  });
  const box = `viewBox="0 0 ${SIDE} ${SIDE}"`;
  return `<svg xmlns="http://www.w3.org/2000/svg" ${box}><path fill="#fff" d="M0 0H${SIDE}V${SIDE}H0Z"/><path fill-rule="evenodd" d="${data.join("")}"/></svg>`;
}
